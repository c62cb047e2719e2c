import assert from 'node:assert/strict';
import { mustBeGiven, type BackendEntry } from '../../../src/backends/backend-entry';
import { askCredentials, splitSecrets } from '../../../src/features/connections/ask-credentials';
import { ScriptedPlatform } from '../../fakes/scripted-platform';

const entry: BackendEntry = {
  label: 'Example',
  urlPlaceholder: 'https://example.com',
  fields: [
    { key: 'key', label: 'Key', prompt: 'From the settings', isSecret: true, validate: mustBeGiven },
    {
      key: 'team',
      label: 'Team',
      prompt: 'If there are several',
      isSecret: false,
      environmentName: 'EX_TEAM',
    },
  ],
  create: () => Promise.reject(new Error('not opened here')),
};

describe('asking for credentials', () => {
  const ask = async (
    answers: readonly (string | undefined)[],
    more: { readonly known?: Record<string, string>; readonly environment?: Record<string, string> } = {},
  ) => {
    const platform = new ScriptedPlatform();
    platform.answers.push(...answers);
    const { known = {}, environment = {} } = more;
    const { dialogs } = platform;
    const question = { dialogs, entry, url: 'https://example.com', trust: {}, environment, known };
    return { values: await askCredentials(question), asked: platform.asked };
  };

  it('leaves out optional fields that stay empty', async () => {
    assert.deepEqual((await ask(['k1', ''])).values, { key: 'k1' });
    assert.deepEqual((await ask([' k1 ', 'vision '])).values, { key: 'k1', team: 'vision' });
  });

  it('asks for no optional field when everything needed is known', async () => {
    const { values, asked } = await ask([], { known: { key: 'k1' } });
    assert.deepEqual(values, { key: 'k1' });
    assert.deepEqual(asked, []);
  });

  it('asks only for what is not known', async () => {
    const { values, asked } = await ask(['k1'], { known: { team: 'vision' } });
    assert.deepEqual(values, { key: 'k1', team: 'vision' });
    assert.deepEqual(asked, ['Example: Key []']);
  });

  it('fills in what a variable of the editor holds', async () => {
    const { asked } = await ask(['k1', 'sound'], { environment: { EX_TEAM: 'vision' } });
    assert.deepEqual(asked, ['Example: Key []', 'Example: Team [vision]']);
  });

  it('gives nothing when the person turns away', async () => {
    assert.equal((await ask(['k1', undefined])).values, undefined);
  });

  it('keeps apart what is secret, and what it does not know as if it were', () => {
    assert.deepEqual(splitSecrets(entry, { key: 'k1', team: 'vision', old: 'x' }), {
      secret: { key: 'k1', old: 'x' },
      plain: { team: 'vision' },
    });
  });
});
