import { tracebacksIn, type Traceback } from '../../core/traceback';
import { scanLines, type ScannedDocument, type ScanStep } from './line-scan';

/** Lines of a document that fold into the first of them. */
export interface ConsoleFold {
  readonly first: number;
  readonly last: number;
}

/**
 * Tracebacks fold to their first line; the line that names the exception stays in sight. Undefined when the document
 * changed on the way or nobody wants the answer any more.
 */
export async function consoleFolds(
  document: ScannedDocument,
  isWanted: () => boolean,
): Promise<ConsoleFold[] | undefined> {
  const found = await scanLines(document, isWanted, tracebackStep);
  return found?.map(foldOf).filter(({ first, last }) => last > first);
}

function foldOf({ firstLine, lastLine, error }: Traceback): ConsoleFold {
  return { first: firstLine, last: error === undefined ? lastLine : lastLine - 1 };
}

function tracebackStep(lines: readonly string[], first: number, end: number): ScanStep<Traceback> {
  const found = tracebacksIn(lines, first, end);
  return { found, next: Math.max(end, (found.at(-1)?.lastLine ?? 0) + 1) };
}
