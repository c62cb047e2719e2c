import type { Redactor } from '../client/redaction';
import type { RequestCost } from '../client/request-runner';
import type { Logger } from '../core/logger';
import type { Backend } from './contract';

/** One thing a person gives to connect. Secret ones go to SecretStorage and nowhere else. */
export interface ConnectField {
  readonly key: string;
  readonly label: string;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly isSecret: boolean;
  /** Variable in which users of this server already keep it. */
  readonly environmentName?: string;
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

/** How one kind of server is presented, asked for and opened. */
export interface BackendEntry {
  readonly label: string;
  readonly urlPlaceholder: string;
  /** Beside the address. */
  readonly fields: readonly ConnectField[];
  /** Loads the kind's code. Makes no request. Throws `invalid` when the address cannot be one. */
  create(options: BackendOptions): Promise<Backend>;
  /**
   * Whether this kind of server answers at the address. Sends no credentials and changes nothing; never throws, and
   * answers false when nobody does or the signal ends it.
   */
  recognize?(url: string, signal: AbortSignal): Promise<boolean>;
}

/** For fields that cannot be empty. */
export const mustBeGiven = (text: string): string | undefined =>
  text.trim() === '' ? 'This is needed to sign in.' : undefined;
