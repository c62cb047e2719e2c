/** What {@link untilStopped} watches: a program that may end by itself. */
interface Watched {
  whenEnded(): Promise<void>;
  endAtOnce(): void;
}

const PARENT_CHECK_MS = 500;

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Waits for Ctrl-C (`stopped`; the caller ends the program, a second Ctrl-C kills it at once) or for the program's own
 * end (`ended`). The end of npm counts as Ctrl-C: npm passes a signal on to the shell between it and this process, and
 * the shell keeps it.
 */
export function untilStopped(program: Watched): Promise<'stopped' | 'ended'> {
  return new Promise((resolve) => {
    let isStopped = false;
    const stop = () => {
      if (isStopped) {
        program.endAtOnce();
      }
      isStopped = true;
      resolve('stopped');
    };
    // Stays for the rest of the process: a signal while things end must not cut that off.
    SIGNALS.forEach((signal) => process.on(signal, stop));
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.env['npm_lifecycle_event'] !== undefined && process.ppid !== parent) {
        clearInterval(watch);
        stop();
      }
    }, PARENT_CHECK_MS);
    watch.unref();
    void program.whenEnded().then(() => resolve('ended'));
  });
}
