import { mustBeGiven, type BackendEntry } from '../backend-entry';
import { KIND_FACTS } from '../kind-facts';

/** AI Manager, a tracking server of projects, runs and metrics. */
export const aiManagerEntry: BackendEntry = {
  label: KIND_FACTS['ai-manager'].label,
  urlPlaceholder: 'http://host:8000',
  fields: [
    {
      key: 'username',
      label: 'User name',
      prompt: 'The name you sign in with, not the e-mail address',
      isSecret: false,
      validate: mustBeGiven,
    },
    {
      key: 'password',
      label: 'Password',
      prompt: 'Kept to sign in again when a token ends, after half an hour',
      isSecret: true,
      validate: mustBeGiven,
    },
  ],
  create: async (options) => {
    const { AiManagerBackend } = await import('./ai-manager-backend');
    return new AiManagerBackend(options);
  },
  recognize: async (url, signal, trust) => {
    const { recognizeAiManager } = await import('./recognition');
    return recognizeAiManager(url, signal, trust);
  },
};
