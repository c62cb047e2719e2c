import type { PictureFormat } from '../../src/features/panels/picture-schema';
import type { MenuEntry } from './menu';
import { picturePng } from './picture';

export interface PicturePorts {
  /** The picture as an SVG document. */
  svg(): string | Promise<string>;
  /** Hands it to the editor, which asks where to. */
  save(format: PictureFormat, bytes: Uint8Array<ArrayBuffer>): void;
  /** What was done, or, as a problem, could not be. */
  say(sentence: string, isProblem: boolean): void;
}

const NOT_TAKEN = 'The editor does not take the picture from this page. Save it instead.';
const NOT_DRAWN = 'The picture could not be drawn.';

/** What can be done with a picture. */
export function pictureEntries(ports: PicturePorts): readonly MenuEntry[] {
  const save = (format: PictureFormat): void => {
    bytesOf(ports, format).then(
      (bytes) => ports.save(format, bytes),
      () => ports.say(NOT_DRAWN, true),
    );
  };
  return [
    { label: 'Copy as Image', run: () => copy(ports) },
    { label: 'Save as PNG…', run: () => save('png') },
    { label: 'Save as SVG…', run: () => save('svg') },
  ];
}

/** The clipboard is asked at once, while the press that asks for it counts. */
function copy(ports: PicturePorts): void {
  const png = Promise.resolve(ports.svg()).then(picturePng);
  navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]).then(
    () => ports.say('The picture is on the clipboard.', false),
    () => ports.say(NOT_TAKEN, true),
  );
}

async function bytesOf(ports: PicturePorts, format: PictureFormat): Promise<Uint8Array<ArrayBuffer>> {
  const drawn = await ports.svg();
  return format === 'svg'
    ? new TextEncoder().encode(drawn)
    : new Uint8Array(await (await picturePng(drawn)).arrayBuffer());
}
