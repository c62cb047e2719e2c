import type { Dialogs } from '../../platform/contract';

/** Quicker work shows nothing: a notification that only flashes is noise. */
const PROGRESS_AFTER_MS = 1_000;

/** Runs at once and shows a cancellable progress only when it takes longer than a second. */
export async function withLateProgress<T>(
  dialogs: Pick<Dialogs, 'withProgress'>,
  title: string,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const work = run(abort.signal);
  const settled = work.then(
    () => true,
    () => true,
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PROGRESS_AFTER_MS);
  });
  const isDone = await Promise.race([settled, late]);
  clearTimeout(timer);
  if (isDone) {
    return work;
  }
  return dialogs.withProgress(title, (signal) => {
    signal.addEventListener('abort', () => abort.abort(), { once: true });
    return work;
  });
}
