import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { TracksideError } from '../../core/errors';
import type { FileDownload } from '../../core/task-output';

/** A file stands beside its end until it is whole and checked. */
const PART_SUFFIX = '.part';

export interface TransferOptions {
  readonly path: string;
  /** SHA-256 of the whole file in hexadecimal, when whoever wrote it noted one. */
  readonly sha256?: string;
  readonly signal: AbortSignal;
  readonly onProgress: (writtenBytes: number) => void;
}

export interface Transferred {
  readonly sizeBytes: number;
  /** True when the bytes have the noted hash; false when there was none to compare with. */
  readonly isVerified: boolean;
}

/**
 * Writes a download to disk as it comes, and puts it in place only when it is whole and has the hash that was noted.
 * What stood there before stays until then. Throws `malformed` when the hash differs.
 */
export async function writeDownload(file: FileDownload, options: TransferOptions): Promise<Transferred> {
  const part = `${options.path}${PART_SUFFIX}`;
  try {
    const { sizeBytes, sha256 } = await writePart(file, part, options);
    checkHash(sha256, options.sha256);
    await rename(part, options.path);
    return { sizeBytes, isVerified: isHash(options.sha256) };
  } catch (error) {
    await rm(part, { force: true });
    throw isDiskFailure(error) ? diskError(error) : error;
  }
}

async function writePart(
  { chunks }: FileDownload,
  part: string,
  { signal, onProgress }: TransferOptions,
): Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  const target = await open(part, 'w');
  let sizeBytes = 0;
  try {
    for await (const chunk of chunks) {
      if (signal.aborted) {
        throw new TracksideError('cancelled', 'Cancelled.', '');
      }
      hash.update(chunk);
      await target.appendFile(chunk);
      sizeBytes += chunk.byteLength;
      onProgress(sizeBytes);
    }
  } finally {
    await target.close();
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

function isHash(text: string | undefined): text is string {
  return text !== undefined && /^[0-9a-f]{64}$/i.test(text);
}

function checkHash(found: string, noted: string | undefined): void {
  if (isHash(noted) && found !== noted.toLowerCase()) {
    throw new TracksideError(
      'malformed',
      'The file is not the one that was uploaded: its SHA-256 hash differs.',
      'Nothing was saved. Try again; if it stays, the file on the server has been changed or damaged.',
    );
  }
}

function isDiskFailure(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^E(NOSPC|ACCES|PERM|ROFS|NOENT|ISDIR|DQUOT|NAMETOOLONG)$/.test(error.code)
  );
}

function diskError(error: NodeJS.ErrnoException): TracksideError {
  const reasons: Readonly<Record<string, string>> = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'your share of the disk is used up',
    EACCES: 'the folder cannot be written to',
    EPERM: 'the folder cannot be written to',
    EROFS: 'the disk can only be read',
  };
  const reason = reasons[error.code ?? ''] ?? 'the path cannot be written to';
  return new TracksideError('invalid', `The file could not be saved: ${reason}.`, 'Choose another place.');
}
