import { TracksideError } from '../../core/errors';
import { mustBeGiven, type BackendEntry } from '../backend-entry';

/** ClearML, and Trackside's own tracker, which speaks its language. */
export const clearMlEntry: BackendEntry = {
  label: 'ClearML',
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
  create: async ({ url, credentials, ...rest }) => {
    const { ClearMlBackend } = await import('./clearml-backend');
    return new ClearMlBackend({
      ...rest,
      apiUrl: url,
      credentials: async () => {
        const { accessKey, secretKey } = await credentials();
        if (accessKey === undefined || secretKey === undefined) {
          throw new TracksideError(
            'unauthorized',
            'There are no keys for this connection.',
            'Remove the connection and add it again.',
          );
        }
        return { accessKey, secretKey };
      },
    });
  },
};
