import type { Logger } from '../core/logger';

/** A log of plain lines with time and level, for a process of its own. `write` gets whole lines. */
export function streamLogger(write: (line: string) => void, name = 'tracker', isVerbose = false): Logger {
  const line = (level: string, message: string): void =>
    write(`${new Date().toISOString()} ${level} [${name}] ${message}\n`);
  const quiet = isVerbose
    ? (level: string) => (message: string) => line(level, message)
    : () => () => undefined;
  return {
    trace: quiet('trace'),
    debug: quiet('debug'),
    info: (message) => line('info', message),
    warn: (message) => line('warn', message),
    error: (message, cause) =>
      line('error', cause instanceof Error ? `${message}: ${cause.stack ?? cause.message}` : message),
    child: (child) => streamLogger(write, `${name}/${child}`, isVerbose),
  };
}
