import { mustBeGiven, type BackendEntry, type ConnectField } from '../backend-entry';
import { KIND_FACTS } from '../kind-facts';

const username: ConnectField = {
  key: 'username',
  label: 'User name',
  prompt: 'The name you sign in with, not the e-mail address',
  isSecret: false,
  validate: mustBeGiven,
};
const password: ConnectField = {
  key: 'password',
  label: 'Password',
  prompt: 'Kept to sign in again when a token ends, after half an hour',
  isSecret: true,
  validate: mustBeGiven,
};

/** AI Manager, a tracking server of projects, runs and metrics. */
export const aiManagerEntry: BackendEntry = {
  label: KIND_FACTS['ai-manager'].label,
  urlPlaceholder: 'http://host:8000',
  fields: [username, password],
  otherWays: [
    {
      label: 'New account',
      detail: 'Creates an account on the server, then signs in',
      fields: [
        username,
        { ...password, prompt: 'For the new account; kept to sign in again when a token ends' },
        {
          key: 'email',
          label: 'E-mail',
          prompt: 'The server wants one for a new account',
          isSecret: false,
          validate: (text) => (/^\S+@\S+\.\S+$/.test(text.trim()) ? undefined : 'This is no e-mail address.'),
        },
      ],
      isOffered: async (url, signal, trust) => {
        const { takesRegistrations } = await import('./recognition');
        return takesRegistrations(url, signal, trust);
      },
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
