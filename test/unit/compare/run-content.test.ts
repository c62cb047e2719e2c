import assert from 'node:assert/strict';
import { contentOf } from '../../../src/features/compare/run-content';
import { joinArguments } from '../../../src/features/launch/argument-text';
import { makeTask } from '../metrics/fake-session';

describe('what a comparison shows of a run', () => {
  it('compares arguments as parameters, and as what was typed', () => {
    const details = {
      code: {},
      arguments: ['--lr', '0.2', 'my data.csv'],
      parameters: [{ section: 'General', name: 'seed', value: '7' }],
      configurations: [],
      artifacts: [],
      models: [],
    };
    const { parameters, facts } = contentOf(
      { task: makeTask(), details, series: undefined, hasConsole: false },
      'Local',
    );
    assert.deepEqual(
      parameters?.map(({ section, name, value }) => `${section}/${name}=${value}`),
      ['General/seed=7', 'Arguments/lr=0.2', 'Arguments/1=my data.csv'],
    );
    const typed = facts.find(({ name }) => name === 'Arguments')?.value;
    assert.equal(typed, joinArguments(details.arguments));
  });
});
