import type * as vscode from 'vscode';
import { inspect } from 'node:util';
import type { Logger } from '../core/logger';
import type { Redaction } from './redaction';

type Sink = Pick<vscode.LogOutputChannel, 'trace' | 'debug' | 'info' | 'warn' | 'error'>;

/** The log behind "Show Log". The editor's own level setting applies; known secrets never reach the channel. */
export function createLogger(channel: Sink, redactor: Redaction, prefix = ''): Logger {
  const line = (message: string): string => redactor.redact(prefix + message);
  return {
    trace: (message) => channel.trace(line(message)),
    debug: (message) => channel.debug(line(message)),
    info: (message) => channel.info(line(message)),
    warn: (message) => channel.warn(line(message)),
    error: (message, cause) =>
      channel.error(line(cause === undefined ? message : `${message}\n${describeCause(cause)}`)),
    child: (name) => createLogger(channel, redactor, `${prefix}[${name}] `),
  };
}

function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) {
    return inspect(cause, { depth: 2 });
  }
  const own = cause.stack ?? String(cause);
  return cause.cause instanceof Error
    ? `${own}\nCaused by: ${cause.cause.stack ?? String(cause.cause)}`
    : own;
}
