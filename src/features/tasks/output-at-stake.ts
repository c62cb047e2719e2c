import { counted } from '../trees/plural';
import type { TaskTarget } from './task-targets';

/** Most tasks whose artifacts are counted before they are lost. */
const MOST_READ = 20;
const READ_TIMEOUT_MS = 5_000;
const MEGABYTE = 1024 * 1024;

/** What tasks made that lies outside of them: files of artifacts, and models. */
export interface OutputAtStake {
  readonly artifactCount: number;
  readonly artifactBytes: number;
  readonly modelCount: number;
  /** False when not all of it could be read in time; there may be more. */
  readonly isComplete: boolean;
}

/** Counts what the tasks made; never throws and never takes long. */
export async function readOutput(targets: readonly TaskTarget[]): Promise<OutputAtStake> {
  const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
  const read = await Promise.allSettled(
    targets.slice(0, MOST_READ).map(async ({ session, task }) => {
      const { details } = await session.backend(signal);
      return details?.read(task.id, signal);
    }),
  );
  const found = read.flatMap((result) => (result.status === 'fulfilled' ? (result.value ?? []) : []));
  const artifacts = found
    .flatMap((details) => details.artifacts)
    .filter(({ direction }) => direction === 'output');
  const models = found.flatMap((details) => details.models).filter(({ direction }) => direction === 'output');
  return {
    artifactCount: artifacts.length,
    artifactBytes: artifacts.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0),
    modelCount: models.length,
    isComplete: targets.length <= MOST_READ && read.every(({ status }) => status === 'fulfilled'),
  };
}

/** Whether there is anything to decide about. */
export function isAtStake({ artifactCount, modelCount, isComplete }: OutputAtStake): boolean {
  return !isComplete || artifactCount + modelCount > 0;
}

/** `3 artifacts (12 MB) and 1 model`. */
export function outputWords({ artifactCount, artifactBytes, modelCount, isComplete }: OutputAtStake): string {
  const megabytes = Math.max(1, Math.round(artifactBytes / MEGABYTE)).toLocaleString('en-US');
  const size = artifactBytes >= MEGABYTE ? ` (${megabytes} MB)` : '';
  const parts = [
    ...(artifactCount > 0 ? [`${counted(artifactCount, 'artifact')}${size}`] : []),
    ...(modelCount > 0 ? [counted(modelCount, 'model')] : []),
  ];
  if (parts.length === 0) {
    return 'all artifacts and models';
  }
  return `${isComplete ? '' : 'at least '}${parts.join(' and ')}`;
}
