/** Something to write into a file of the person's choice. */
export interface ChunksToSave {
  readonly name: string;
  readonly sizeBytes?: number;
  readonly chunks: () => AsyncIterable<Uint8Array>;
}

const MOST_NAME_LENGTH = 100;

/** Separators of paths, and what Windows takes in no name of a file. */
const REFUSED = /[\\/:*?"<>|\p{Cc}]/gu;

/** A file's name made of what a server or a person called a thing, which may be any text. */
export function fileNameOf(name: string, extension: string): string {
  const kept = name.replaceAll(REFUSED, '-').trim().slice(0, MOST_NAME_LENGTH).toWellFormed();
  return `${kept}.${extension}`;
}

/** Asks where to, and writes the chunks there. The code for that is loaded when it is first needed. */
export async function saveChunks({ chunks, ...file }: ChunksToSave): Promise<void> {
  const { saveFile } = await import('./file-saver');
  await saveFile({ ...file, open: () => Promise.resolve({ chunks: chunks() }) });
}

export async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
