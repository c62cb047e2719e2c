import type { Disposable } from '../core/disposable';
import type { Event } from '../core/emitter';
import type { Logger } from '../core/logger';
import type { CommandId } from './command-ids';

/** Typed settings; defaults live in package.json only. Reading is cheap and always current. */
export interface Settings {
  readonly onDidChange: Event<void>;
  /** Requests a minute that refreshing one connection may cost. */
  requestsPerMinute(): number;
  /** File of certificates (PEM) to believe beside those that the machine knows. */
  certificateAuthorityFile(): string | undefined;
  /** Tasks the local worker runs at the same time. */
  localWorkerConcurrentTasks(): number;
  /** How long a stopped script may take to end by itself. */
  localWorkerStopGraceMs(): number;
  /** Interpreter chosen in settings, or undefined to detect one. */
  pythonInterpreter(): string | undefined;
  /** Whether metric lines in a launched script's output become series. */
  isMetricCaptureOn(scopePath?: string): boolean;
  /** Extra metric-line patterns: regular expressions with the groups name, value and optionally step. */
  metricPatterns(scopePath?: string): readonly string[];
  /** Project for scripts launched from `scopePath`'s folder; undefined = the workspace folder's name. */
  launchProject(scopePath?: string): string | undefined;
  /** Whether launching opens the live panel beside the editor. */
  opensPanelOnLaunch(): boolean;
  /** Which endings of tasks are told by a notification. */
  notifications(): 'never' | 'failures' | 'all';
}

/** Secrets by key, kept by VS Code's SecretStorage; `onDidChange` also tells what other windows did. */
export interface Secrets {
  readonly onDidChange: Event<string>;
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

/** Small facts that outlive the window, checked when read: a value that `parse` refuses counts as absent. */
export interface StateStorage {
  get<T>(key: string, parse: (value: unknown) => T): T | undefined;
  set(key: string, value: unknown): Promise<void>;
}

export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly value: T;
}

/** Everything that talks to the person. Each returns undefined when the person turns away. */
export interface Dialogs {
  info(message: string): void;
  /** News that offers something to do; resolves with the chosen action. */
  notice(
    message: string,
    severity: 'info' | 'error',
    actions: readonly string[],
  ): Promise<string | undefined>;
  /** A failure: sentence, what to do next, and a "Show Log" button. The same message once a minute at most. */
  failure(error: unknown, context: string): void;
  /** A modal question naming what will be lost; true when the person agrees. */
  confirm(question: string, detail: string, agree: string): Promise<boolean>;
  pick<T>(title: string, choices: readonly Choice<T>[], placeholder?: string): Promise<T | undefined>;
  pickMany<T>(title: string, choices: readonly Choice<T>[]): Promise<readonly T[] | undefined>;
  ask(options: {
    readonly title: string;
    readonly prompt?: string;
    readonly value?: string;
    readonly isSecret?: boolean;
    readonly validate?: (text: string) => string | undefined;
  }): Promise<string | undefined>;
  /** Runs with a cancellable progress notification. */
  withProgress<T>(title: string, run: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/**
 * Passed as the last argument of a command by a caller that wants the failure itself. VS Code shows a message of its
 * own for a command that rejects, so that without it a failure is shown by Trackside and the call resolves.
 */
export const RETHROW = 'trackside.rethrow';

export type CommandHandler = (
  node?: unknown,
  nodes?: unknown,
  isCalledOnSomething?: boolean,
) => Promise<void> | void;

/**
 * Registers commands. A handler gets the tree node it was called on and the selection, when there is one, and whether
 * it was called on something at all: the editor gives no node for a row that was redrawn while its menu was open. The
 * registrar times it, logs it, and tells a failure once: shown, or thrown to who passes {@link RETHROW}; cancelled is
 * silent.
 */
export interface CommandRegistrar {
  register(id: CommandId, run: CommandHandler): Disposable;
}

/** Whether this window has the user's attention. */
export interface WindowFocus {
  readonly isFocused: boolean;
  readonly onDidChange: Event<boolean>;
}

/** VS Code as features and the store see it. */
export interface Platform {
  readonly logger: Logger;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly state: StateStorage;
  readonly dialogs: Dialogs;
  readonly commands: CommandRegistrar;
  readonly focus: WindowFocus;
  /** Absolute path of the installed extension. */
  readonly extensionPath: string;
  /** Absolute path of a folder for Trackside's own data. */
  readonly dataPath: string;
  readonly version: string;
  setContext(key: string, value: boolean | string): void;
}
