import assert from 'node:assert/strict';
import { knownParameters } from '../../../src/core/argument-parameters';
import type { TaskDetails } from '../../../src/core/task-details';

function details(given: readonly string[], section?: string): TaskDetails {
  const parameters = section === undefined ? [] : [{ section, name: 'lr', value: '0.5' }];
  return { code: {}, arguments: given, parameters, configurations: [], artifacts: [], models: [] };
}

function named(...given: string[]): Record<string, string> {
  return Object.fromEntries(knownParameters(details(given)).map(({ name, value }) => [name, value]));
}

describe('arguments as parameters', () => {
  it('take the word after an option, or the one after its equals sign', () => {
    assert.deepEqual(named('--lr', '0.2', '--hidden=8', '-e', '15', '--offset', '-1.5'), {
      lr: '0.2',
      hidden: '8',
      e: '15',
      offset: '-1.5',
    });
  });

  it('are true where an option stands alone, and numbered where there is none', () => {
    assert.deepEqual(named('data.csv', '--fast', '--name', 'a=b', '--', 'rest'), {
      1: 'data.csv',
      fast: 'true',
      name: 'a=b',
      2: 'rest',
    });
  });

  it('are read as Hydra takes them, and keep every value of an option that is given again', () => {
    assert.deepEqual(named('model.lr=0.1', '+seed=3', '--tag', 'x', '--tag', 'y', '--empty='), {
      'model.lr': '0.1',
      '+seed': '3',
      tag: 'x y',
      empty: '',
    });
  });

  it('count beside other parameters, but not where the script recorded its own', () => {
    const sections = (section: string) =>
      knownParameters(details(['--lr', '0.5'], section)).map((parameter) => parameter.section);
    assert.deepEqual(sections('General'), ['General', 'Arguments']);
    assert.deepEqual(sections('Args'), ['Args']);
  });
});
