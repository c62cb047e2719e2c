import path from 'node:path';
import * as z from 'zod';
import { byteSize } from '../../core/byte-size';
import type { Task } from '../../core/entities';
import { TracksideError } from '../../core/errors';
import { parseLenientJson } from '../../core/lenient-json';
import { nameInAddress, plainFileName } from '../../core/plain-file-name';
import type { TaskArtifact, TaskDetails } from '../../core/task-details';
import type { Platform } from '../../platform/contract';
import type { ConnectionSession } from '../../store/contract';
import { writeDownload } from '../metrics/file-transfer';
import type { TaskTarget } from '../tasks/task-targets';
import { counted } from '../trees/plural';

export interface DatasetFileDeps {
  readonly platform: Platform;
  /** Absolute path of the folder that the person chose; undefined when they turned away. */
  readonly chooseFolder: (title: string) => Promise<string | undefined>;
}

type Archive = TaskArtifact & { readonly uri: string };

/** The package that makes datasets calls its archives `data`, `data_001` and so on. */
const ARCHIVE_NAME = /^data(_\d+)?$/u;
const STRUCTURE = 'Dataset Struct';
const structure = z.record(
  z.string(),
  z.object({ job_id: z.string().optional(), parents: z.array(z.unknown()).catch([]) }),
);

/** Brings the archives of one version into a folder, each checked by its hash where one is known. */
export async function saveDatasetFiles(deps: DatasetFileDeps, { session, task }: TaskTarget): Promise<void> {
  const { dialogs } = deps.platform;
  const details = await dialogs.withProgress(`Reading “${task.name}”…`, async (signal) => {
    const backend = await session.backend(signal);
    return backend.details?.read(task.id, signal);
  });
  const archives = details ? archivesOf(details) : [];
  const parents = details ? parentCount(details, task.id) : 0;
  if (archives.length === 0) {
    throw new TracksideError(
      'notFound',
      `“${nameOf(task)}” has no files of its own${parents > 0 ? ': it took over those of its parents' : ''}.`,
      parents > 0
        ? 'Save the files of its parent versions.'
        : 'It may not be uploaded yet; look at its details.',
    );
  }
  const totalBytes = archives.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  const what = `${counted(archives.length, 'archive')} (${byteSize(totalBytes)})`;
  const folder = await deps.chooseFolder(`Save ${what} of ${nameOf(task)}`);
  if (folder !== undefined) {
    await dialogs.withProgress(`Saving ${what} of ${nameOf(task)}…`, (signal) =>
      saveAll(session, archives, folder, signal),
    );
    const rest =
      parents > 0
        ? ` What it took over from ${counted(parents, 'parent version')} is in their archives.`
        : '';
    dialogs.info(`Saved ${what} of ${nameOf(task)}.${rest}`);
  }
}

async function saveAll(
  session: ConnectionSession,
  archives: readonly Archive[],
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const { files } = await session.backend(signal);
  if (!files) {
    throw new TracksideError('invalid', 'This server gives no files.', 'Copy their addresses instead.');
  }
  const taken = new Set<string>();
  for (const { name, uri, hash } of archives) {
    const file = freeName(plainFileName(nameInAddress(uri) ?? name), plainFileName(name), taken);
    await writeDownload(await files.download(uri, signal, { mayAsk: true }), {
      path: path.join(folder, file),
      signal,
      onProgress: () => undefined,
      ...(hash === undefined ? {} : { sha256: hash }),
    });
  }
}

/** Two archives of one version may be called the same in different folders of the storage. */
function freeName(wanted: string, other: string, taken: Set<string>): string {
  const name = taken.has(wanted) ? `${other}-${wanted}` : wanted;
  taken.add(name);
  return name;
}

function archivesOf({ artifacts }: TaskDetails): Archive[] {
  return artifacts.flatMap((artifact) =>
    artifact.direction === 'output' && artifact.uri !== undefined && ARCHIVE_NAME.test(artifact.name)
      ? [{ ...artifact, uri: artifact.uri }]
      : [],
  );
}

/** How many versions this one builds on, as the structure kept with it says. */
function parentCount({ configurations }: TaskDetails, taskId: string): number {
  const text = configurations.find(({ name }) => name === STRUCTURE)?.text;
  const parsed = structure.safeParse(text === undefined ? undefined : parseLenientJson(text));
  const own = parsed.success ? Object.values(parsed.data).find(({ job_id: id }) => id === taskId) : undefined;
  return own?.parents.length ?? 0;
}

function nameOf({ name, dataset }: Task): string {
  return dataset?.version === undefined ? name : `${name} ${dataset.version}`;
}
