import type { Backend } from '../../backends/contract';
import { TracksideError } from '../../core/errors';
import { nameInAddress } from '../../core/plain-file-name';
import type { FileDownload, TaskImage } from '../../core/task-output';
import { imageTypeOf } from './image-type';
import { recordingKind, textIn } from './media-kind';
import type { OutputContent } from './panel-contract';

/** A picture for looking at; larger ones are saved instead. */
const MAX_IMAGE_BYTES = 24 * 1_048_576;
/** A text for looking at; the rest is in the file. */
const MAX_TEXT_CHARACTERS = 100_000;
const MAX_PLOT_CHARACTERS = 16_000_000;

/** What the page draws of a plot. */
export function plotContent(json: string): OutputContent {
  return json.length > MAX_PLOT_CHARACTERS
    ? { form: 'none', reason: 'The plot is too large to draw here. Open its data instead.' }
    : { form: 'json', text: json };
}

/** The bytes of an image, or the text of another file; recordings are not read. Throws TracksideError. */
export async function imageContent(
  backend: Backend,
  image: TaskImage,
  signal: AbortSignal,
): Promise<OutputContent> {
  const recording = recordingKind(image.uri);
  if (recording !== undefined) {
    const name = nameInAddress(image.uri) ?? '';
    return { form: 'none', reason: `This is a ${recording}: ${name}. Save it to play it.` };
  }
  const bytes = await readWhole(await openFileOf(backend, image.uri, signal), MAX_IMAGE_BYTES);
  if (bytes === undefined) {
    return { form: 'none', reason: 'The file is too large to show here. Save it instead.' };
  }
  const mediaType = imageTypeOf(bytes);
  return mediaType === undefined ? textContent(bytes) : { form: 'image', mediaType, bytes };
}

/** Pages are shown as their text: nothing in them is run. */
function textContent(bytes: Uint8Array): OutputContent {
  const text = textIn(bytes);
  return text === undefined
    ? { form: 'none', reason: 'This is nothing that can be shown here. Save it to look at it.' }
    : { form: 'text', text: text.slice(0, MAX_TEXT_CHARACTERS), isCut: text.length > MAX_TEXT_CHARACTERS };
}

export async function openFileOf(backend: Backend, uri: string, signal: AbortSignal): Promise<FileDownload> {
  if (backend.files === undefined) {
    throw new TracksideError(
      'invalid',
      'This server gives no files.',
      'Copy the address of the file instead.',
    );
  }
  return backend.files.download(uri, signal);
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
