import { mustBeGiven, type BackendEntry, type ConnectField } from '../backend-entry';
import { KIND_FACTS } from '../kind-facts';

const email: ConnectField = {
  key: 'email',
  label: 'E-mail',
  prompt: 'The address you sign in with',
  isSecret: false,
  validate: mustBeGiven,
};
const password: ConnectField = {
  key: 'password',
  label: 'Password',
  prompt:
    'Kept to sign in again when a session ends. Accounts of single sign-on have none, and cannot be used here.',
  isSecret: true,
  validate: mustBeGiven,
};

/** Kaizen Studio, a server of agent pipelines, their runs and their deployments. */
export const kaizenEntry: BackendEntry = {
  label: KIND_FACTS.kaizen.label,
  urlPlaceholder: 'http://host:8000',
  fields: [email, password],
  otherWays: [
    {
      label: 'New account',
      detail: 'Creates an account and an organization on the server, then signs in',
      fields: [
        email,
        {
          ...password,
          prompt: 'At least 8 characters',
          validate: (text) =>
            text.trim().length < 8 ? 'The server wants at least 8 characters.' : undefined,
        },
        {
          key: 'name',
          label: 'Your name',
          prompt: 'Shown to others',
          isSecret: false,
          validate: mustBeGiven,
        },
        {
          key: 'organization',
          label: 'Organization',
          prompt: 'Name of the organization to create',
          isSecret: false,
          validate: mustBeGiven,
        },
      ],
      isOffered: async (url, signal, trust) => {
        const { shapeAt } = await import('./recognition');
        return (await shapeAt(url, signal, trust))?.canRegister === true;
      },
    },
  ],
  create: async (options) => {
    const { KaizenBackend } = await import('./kaizen-backend');
    return new KaizenBackend(options);
  },
  recognize: async (url, signal, trust) => {
    const { shapeAt } = await import('./recognition');
    return (await shapeAt(url, signal, trust)) !== undefined;
  },
};
