import type { Redactor } from '../client/redaction';
import type { RequestCost } from '../client/request-runner';
import type { ServerTrust } from '../client/server-trust';
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

export interface KeyPair {
  readonly user: string;
  readonly password: string;
}

/** Keys of hosts beside the server, such as one of files, that want others than the server's. By origin. */
export interface HostKeys {
  /** What is kept for this origin. */
  find(origin: string): Promise<KeyPair | undefined>;
  /** Asks the person; undefined when they turn away. Keeps nothing. */
  ask(origin: string): Promise<KeyPair | undefined>;
  keep(origin: string, pair: KeyPair): Promise<void>;
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
  /** Certificates to believe beside those that the machine knows; hand it to every transport. */
  readonly trust?: ServerTrust;
  readonly hostKeys?: HostKeys;
}

/** A way to sign in that not every server of the kind offers. */
export interface SignInWay {
  readonly label: string;
  readonly detail: string;
  readonly fields: readonly ConnectField[];
  /** Sends no credentials, never throws. */
  isOffered(url: string, signal: AbortSignal, trust?: ServerTrust): Promise<boolean>;
}

/** What a person has elsewhere: an address, values of fields by key, or only some of it. */
export interface FoundSignIn {
  readonly url?: string;
  readonly values: Readonly<Record<string, string>>;
  /** The setting there that asks for the server's certificate not to be checked. Told to the person, never followed. */
  readonly uncheckedBy?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where users of this kind of server keep addresses and keys already. Nothing found is executed. */
export interface SignInSources {
  /** Such as `clearml.conf`. */
  readonly fileName: string;
  /** Such as `CLEARML_API_…`. */
  readonly variableNames: string;
  /** Absolute path of where the file usually is. */
  usualFile(environment: Environment): string;
  /** Undefined when there is no such file. Throws `invalid` with the line that is wrong. */
  readFile(path: string, environment: Environment): Promise<FoundSignIn | undefined>;
  /** Undefined when nothing is set. */
  readEnvironment(environment: Environment): FoundSignIn | undefined;
  /** What the server's own pages offer to copy; undefined when the text is nothing of that. */
  readText(text: string): FoundSignIn | undefined;
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
  recognize?(url: string, signal: AbortSignal, trust?: ServerTrust): Promise<boolean>;
  /** Where the server probably is when it is not at `url`, such as beside the web page that a person gave; best first. */
  otherAddresses?(url: string): readonly string[];
  /**
   * Addresses beside the server's own, which its kind works out where nobody gave them. Never asked for while a
   * connection is added; taken from where the keys were found, and changed afterwards. Kept with the fields.
   */
  readonly hosts?: readonly ConnectField[];
  /** Beside `fields`, which every server of the kind takes. */
  readonly otherWays?: readonly SignInWay[];
  loadSources?(): Promise<SignInSources>;
}

/** For fields that cannot be empty. */
export const mustBeGiven = (text: string): string | undefined =>
  text.trim() === '' ? 'This is needed to sign in.' : undefined;
