/** Something to write into a file of the person's choice. */
export interface ChunksToSave {
  readonly name: string;
  readonly sizeBytes?: number;
  readonly chunks: () => AsyncIterable<Uint8Array>;
}

const MOST_NAME_LENGTH = 100;

/** Separators of paths have no meaning in names of metrics. */
export function fileNameOf(name: string, extension: string): string {
  return `${name.trim().replaceAll(/[\\/]/g, '-').slice(0, MOST_NAME_LENGTH)}.${extension}`;
}

/** Asks where to, and writes the chunks there. The code for that is loaded when it is first needed. */
export async function saveChunks({ chunks, ...file }: ChunksToSave): Promise<void> {
  const { saveFile } = await import('./file-saver');
  await saveFile({ ...file, open: () => Promise.resolve({ chunks: chunks() }) });
}

export async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
