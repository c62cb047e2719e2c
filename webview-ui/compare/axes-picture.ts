import { openMenu } from '../kit/menu';
import { plainButton } from '../kit/plain-button';
import { PICTURE_TOP, pictureText, styledPictureSvg, textWithin, type PictureLine } from '../kit/picture';
import { pictureEntries, type PicturePorts } from '../kit/picture-menu';
import { svgElement } from '../kit/svg-element';
import { readTheme } from '../kit/theme';

/** A picture of runs on their axes as it is seen. */
export interface AxesPicture {
  readonly title: string;
  readonly note: string;
  readonly drawing: SVGSVGElement;
  /** Names above the drawing, in its pixels. */
  readonly heads: readonly { readonly text: string; readonly left: number }[];
  readonly legend: readonly PictureLine[];
}

export interface AxesPicturePorts {
  /** Hands it to the editor, which asks where to; the name is for the file. */
  save(name: string, ...file: Parameters<PicturePorts['save']>): void;
  /** What was done, or could not be. */
  say(sentence: string): void;
}

const LEAST_WIDTH = 420;
const HEAD_BASELINE = 20;
/** Between the names of two axes. */
const HEAD_GAP = 6;

/** @param pictureOf undefined while there is none. */
export function pictureButton(
  ports: AxesPicturePorts,
  pictureOf: () => AxesPicture | undefined,
): HTMLButtonElement {
  const open = (button: HTMLElement): void => {
    const picture = pictureOf();
    if (picture !== undefined) {
      const entries = pictureEntries({
        svg: () => axesSvg(picture),
        save: (format, bytes) => ports.save(picture.title, format, bytes),
        say: (sentence) => ports.say(sentence),
      });
      openMenu(button, 'Picture', entries);
    }
  };
  return plainButton('Picture', open, { opens: 'menu' });
}

/** The picture as an SVG document of its own. */
function axesSvg({ title, note, drawing, heads, legend }: AxesPicture): string {
  const { width, height } = drawing.viewBox.baseVal;
  const parts = [...drawing.children].map((part) => part.cloneNode(true));
  const theme = readTheme();
  const [first, second] = heads;
  const room = first === undefined || second === undefined ? width : second.left - first.left - HEAD_GAP;
  const names = heads.map(({ text, left }) =>
    pictureText(textWithin(text, room, theme), { x: left, y: HEAD_BASELINE, 'text-anchor': 'middle' }),
  );
  return styledPictureSvg({
    title,
    note,
    width: Math.max(width, LEAST_WIDTH),
    body: [svgElement('g', { transform: `translate(0 ${PICTURE_TOP})` }, [...names, ...parts])],
    bottom: PICTURE_TOP + height,
    legend,
    theme,
  });
}
