import type { Backend } from '../../backends/contract';
import { TracksideError } from '../../core/errors';
import type { FileDownload, TaskImage } from '../../core/task-output';
import { imageTypeOf } from './image-type';
import type { OutputContent } from './panel-contract';

/** A picture for looking at; larger ones are saved instead. */
const MAX_IMAGE_BYTES = 24 * 1_048_576;
const MAX_PLOT_CHARACTERS = 16_000_000;

/** What the page draws of a plot. */
export function plotContent(json: string): OutputContent {
  return json.length > MAX_PLOT_CHARACTERS
    ? { form: 'none', reason: 'The plot is too large to draw here. Open its data instead.' }
    : { form: 'json', text: json };
}

/** The bytes of an image that is one. Throws TracksideError. */
export async function imageContent(
  backend: Backend,
  image: TaskImage,
  signal: AbortSignal,
): Promise<OutputContent> {
  const bytes = await readWhole(await openFileOf(backend, image.uri, signal), MAX_IMAGE_BYTES);
  if (bytes === undefined) {
    return { form: 'none', reason: 'The image is too large to show here. Save it instead.' };
  }
  const mediaType = imageTypeOf(bytes);
  return mediaType === undefined
    ? { form: 'none', reason: 'This is not an image that can be shown here. Save it to look at it.' }
    : { form: 'image', mediaType, bytes };
}

/** @param mayAsk whether the person may be asked for keys, as when they want this very file. */
export async function openFileOf(
  backend: Backend,
  uri: string,
  signal: AbortSignal,
  mayAsk = false,
): Promise<FileDownload> {
  if (backend.files === undefined) {
    throw new TracksideError(
      'invalid',
      'This server gives no files.',
      'Copy the address of the file instead.',
    );
  }
  return backend.files.download(uri, signal, { mayAsk });
}

/** Undefined when there is more than `maxBytes`. */
async function readWhole(
  { chunks, sizeBytes = 0 }: FileDownload,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (sizeBytes > maxBytes) {
    await closeUnread(chunks);
    return undefined;
  }
  const parts: Uint8Array[] = [];
  let readBytes = 0;
  for await (const chunk of chunks) {
    readBytes += chunk.byteLength;
    if (readBytes > maxBytes) {
      return undefined;
    }
    parts.push(chunk);
  }
  const whole = new Uint8Array(readBytes);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}

async function closeUnread(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  await chunks[Symbol.asyncIterator]().return?.();
}
