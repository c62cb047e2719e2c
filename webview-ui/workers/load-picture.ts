import { openMenu } from '../kit/menu';
import { PICTURE_TOP, styledPictureSvg } from '../kit/picture';
import { pictureEntries, type PicturePorts } from '../kit/picture-menu';
import { plainButton } from '../kit/plain-button';
import { svgElement } from '../kit/svg-element';
import { readTheme } from '../kit/theme';

/** A chart as it is seen, without the reading line. */
export interface LoadPicture {
  readonly title: string;
  readonly note: string;
  readonly width: number;
  readonly height: number;
  readonly parts: readonly SVGElement[];
  /** Names of the lines, where there are several; the place of a line is that of its class. */
  readonly names: readonly string[];
}

export interface LoadPicturePorts {
  /** Which worker the charts are of. */
  worker(): string;
  /** Hands it to the editor, which asks where to; the name is for the file. */
  save(name: string, ...file: Parameters<PicturePorts['save']>): void;
  /** What was done, or could not be. */
  say(sentence: string): void;
}

const LEAST_WIDTH = 420;
const SAMPLE_HALF = 9;

/** Opens what can be done with the picture of a chart. */
export function loadPictureButton(
  ports: LoadPicturePorts,
  label: string,
  pictureOf: () => LoadPicture,
): HTMLButtonElement {
  const open = (button: HTMLElement): void => {
    const picture = pictureOf();
    const title = `${picture.title}: ${ports.worker()}`;
    const entries = pictureEntries({
      svg: () => loadSvg({ ...picture, title }),
      save: (format, bytes) => ports.save(title, format, bytes),
      say: (sentence) => ports.say(sentence),
    });
    openMenu(button, label, entries);
  };
  const made = plainButton('Picture', open, { opens: 'menu' });
  made.setAttribute('aria-label', label);
  return made;
}

function loadSvg({ title, note, width, height, parts, names }: LoadPicture): string {
  return styledPictureSvg({
    title,
    note,
    width: Math.max(width, LEAST_WIDTH),
    body: [svgElement('g', { transform: `translate(0 ${PICTURE_TOP})` }, parts)],
    bottom: PICTURE_TOP + height,
    legend: names.map((name, place) => ({
      name,
      sample: svgElement('path', { class: `curve line-${place}`, d: `M${-SAMPLE_HALF} 0H${SAMPLE_HALF}` }),
    })),
    theme: readTheme(),
  });
}
