import { TracksideError } from '../../core/errors';
import { mustBeGiven, type BackendEntry } from '../backend-entry';
import { KIND_FACTS } from '../kind-facts';
import type { ClearMlHosts, ClearMlKeys } from './session';
import { apiCandidates, baseAddress } from './web-url';

/** ClearML, and Trackside's own tracker, which speaks its language. */
export const clearMlEntry: BackendEntry = {
  label: KIND_FACTS.clearml.label,
  urlPlaceholder: 'https://api.clear.ml or http://host:8008',
  fields: [
    {
      key: 'accessKey',
      label: 'Access key',
      prompt: 'From Settings → Workspace → App Credentials in the web application',
      isSecret: true,
      environmentName: 'CLEARML_API_ACCESS_KEY',
      validate: mustBeGiven,
    },
    {
      key: 'secretKey',
      label: 'Secret key',
      prompt: 'Shown once, when the credentials were created',
      isSecret: true,
      environmentName: 'CLEARML_API_SECRET_KEY',
      validate: mustBeGiven,
    },
  ],
  hosts: [
    {
      key: 'webUrl',
      label: 'Address of the web pages',
      prompt: 'Such as https://app.company.com. Empty: worked out from the address of the API',
      isSecret: false,
      validate: hostAddress,
    },
    {
      key: 'filesUrl',
      label: 'Address of the files server',
      prompt: 'Such as https://files.company.com; it is shown the token. Empty: worked out as well',
      isSecret: false,
      validate: hostAddress,
    },
  ],
  otherWays: [
    {
      label: 'User name and password',
      detail: 'This server has users with passwords of its own',
      fields: [
        {
          key: 'userName',
          label: 'User name',
          prompt: 'As on the sign-in page',
          isSecret: false,
          validate: basicText,
        },
        {
          key: 'password',
          label: 'Password',
          prompt: 'As on the sign-in page',
          isSecret: true,
          validate: basicText,
        },
      ],
      isOffered: async (url, signal, trust) =>
        (await import('./recognition')).takesPasswords(url, signal, trust),
    },
  ],
  recognize: async (url, signal, trust) => (await import('./recognition')).isClearMlApi(url, signal, trust),
  otherAddresses: apiCandidates,
  loadSources: async () => (await import('./sign-in-sources')).clearMlSources,
  create: async ({ url, credentials, ...rest }) => {
    const { ClearMlBackend } = await import('./clearml-backend');
    return new ClearMlBackend({
      ...rest,
      apiUrl: url,
      credentials: async () => keysOf(await credentials()),
      hosts: async () => hostsOf(await credentials()),
    });
  },
};

/** The server takes a user's name and password wherever it takes a pair of keys. */
function keysOf(values: Readonly<Record<string, string>>): ClearMlKeys {
  const accessKey = values['accessKey'] ?? values['userName'];
  const secretKey = values['secretKey'] ?? values['password'];
  if (accessKey === undefined || secretKey === undefined) {
    throw new TracksideError('unauthorized', 'There are no keys for this connection.', 'Sign in again.');
  }
  return { accessKey, secretKey };
}

function hostsOf({ webUrl, filesUrl }: Readonly<Record<string, string>>): ClearMlHosts {
  return {
    ...(webUrl === undefined ? {} : { webUrl }),
    ...(filesUrl === undefined ? {} : { filesUrl }),
  };
}

function hostAddress(text: string): string | undefined {
  return baseAddress(text) === undefined
    ? 'Write an address that begins with https:// or http://.'
    : undefined;
}

/** The server reads these as Latin-1 and splits them at the first colon. */
function basicText(text: string): string | undefined {
  return /[^\u0000-\u00ff]/.test(text)
    ? 'ClearML cannot take these characters here. Use a pair of keys instead.'
    : mustBeGiven(text);
}
