import { appendFileSync } from 'node:fs';
import type { Logger } from '../../core/logger';

/** A log file of one run. A log that cannot be written never disturbs the run. */
export function createFileLogger(file: string, name = ''): Logger {
  const write = (level: string, message: string): void => {
    try {
      appendFileSync(file, `${new Date().toISOString()} ${level} ${name}${message}\n`, { mode: 0o600 });
    } catch {
      // disk full or folder gone
    }
  };
  return {
    trace: (message) => write('trace', message),
    debug: (message) => write('debug', message),
    info: (message) => write('info', message),
    warn: (message) => write('warn', message),
    error: (message, cause) =>
      write('error', cause === undefined ? message : `${message} ${messageOf(cause)}`),
    child: (childName) => createFileLogger(file, `${name}[${childName}] `),
  };
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : JSON.stringify(cause);
}
