import { parseBaseUrl, type RequestCost } from '../client/request-runner';
import type { Redactor } from '../client/redaction';
import { TracksideError } from '../core/errors';
import type { Logger } from '../core/logger';
import { ClearMlBackend } from './clearml/clearml-backend';
import type { Backend, BackendKind } from './contract';

/** One thing a person gives to connect. Secret ones go to SecretStorage and nowhere else. */
export interface ConnectField {
  readonly key: string;
  readonly label: string;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly isSecret: boolean;
  /** A sentence when the text cannot be right. */
  readonly validate?: (text: string) => string | undefined;
}

export interface BackendOptions {
  /** Address of the server, as typed. */
  readonly url: string;
  /** Values of the kind's fields by key; read for every sign-in. */
  readonly credentials: () => Promise<Readonly<Record<string, string>>>;
  readonly logger: Logger;
  /** Such as `Trackside/0.1.0`. */
  readonly userAgent: string;
  readonly onRequest?: (cost: RequestCost) => void;
  /** Where tokens and keys are registered; share it with the log, so that they are hidden there too. */
  readonly redactor?: Redactor;
}

export interface BackendEntry {
  readonly label: string;
  readonly urlPlaceholder: string;
  /** Beside the address. */
  readonly fields: readonly ConnectField[];
  /** Makes no request. Throws `invalid` when the address cannot be one. */
  create(options: BackendOptions): Backend;
}

const isGiven = (text: string): string | undefined =>
  text.trim() === '' ? 'This is needed to sign in.' : undefined;

/** Every kind of server that Trackside knows. */
export const backendRegistry: Readonly<Record<BackendKind, BackendEntry>> = {
  clearml: {
    label: 'ClearML',
    urlPlaceholder: 'https://api.clear.ml or http://host:8008',
    fields: [
      {
        key: 'accessKey',
        label: 'Access key',
        prompt: 'From Settings → Workspace → App Credentials in the web application',
        isSecret: true,
        validate: isGiven,
      },
      {
        key: 'secretKey',
        label: 'Secret key',
        prompt: 'Shown once, when the credentials were created',
        isSecret: true,
        validate: isGiven,
      },
    ],
    create: ({ url, credentials, ...rest }) =>
      new ClearMlBackend({
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
      }),
  },
};

/** Why a text cannot be the address of a server; undefined when it can. */
export function urlProblem(text: string): string | undefined {
  try {
    parseBaseUrl(text);
    return undefined;
  } catch (error) {
    return error instanceof TracksideError ? `${error.message} ${error.nextStep}` : String(error);
  }
}
