/** What is to be launched, as somebody asked for it. What is absent is found out. */
export interface LaunchWish {
  /** Absolute path. */
  readonly script: string;
  /** True when the editor knows the file as Python, whatever it is called. */
  readonly isKnownPython: boolean;
  readonly arguments: readonly string[];
  /** Absolute path; default: the workspace folder, else the script's own. */
  readonly workingDirectory?: string;
  readonly projectName?: string;
  readonly name?: string;
  /** Label of a connection; default: the selected one. */
  readonly connectionLabel?: string;
  readonly queueName?: string;
  /** Ask for the queue even when one is remembered. */
  readonly asksQueue: boolean;
  readonly environment: Readonly<Record<string, string>>;
}
