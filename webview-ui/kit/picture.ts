import { ellipsized } from '../../src/core/short-text';
import { toCss } from './colour';
import { element } from './dom';
import { svgElement } from './svg-element';
import type { Theme } from './theme';

/** What a picture for a file or the clipboard is made of; everything in pixels. */
export interface Picture {
  readonly title: string;
  /** What the page says about what is drawn. */
  readonly note: string;
  readonly width: number;
  /** What is drawn, from {@link PICTURE_TOP} down to `bottom`. */
  readonly body: readonly SVGElement[];
  readonly bottom: number;
  readonly legend: readonly PictureLine[];
  readonly theme: Theme;
}

/** A line of the legend. */
export interface PictureLine {
  readonly name: string;
  /** Drawn around the middle of a box of {@link SAMPLE_WIDTH}. */
  readonly sample: SVGElement;
}

/** Below the title. */
export const PICTURE_TOP = 44;
/** How far the note stands below the body. */
export const NOTE_GAP = 22;
export const SAMPLE_WIDTH = 22;

const SIDE = 16;
const FONT_SIZE = 12;
const NOTE_LINE = 16;
/** About as wide as a character is on average. */
const CHARACTER_WIDTH = 6.2;
const LEGEND_ROW = 18;
const LEGEND_COLUMN = 180;
const MOST_NAMES = 40;
const PNG_SCALE = 2;
/** A picture has a title, not a page of it. */
const MOST_TITLE_LENGTH = 100;
const MOST_NAME_LENGTH = 26;
const NAME_ROOM = LEGEND_COLUMN - SAMPLE_WIDTH - 16;

/** An SVG document of its own, with title, note and legend around the body. */
export function pictureSvg(picture: Picture): string {
  return new XMLSerializer().serializeToString(pictureElement(picture));
}

/** The same of parts that look as they do by the style rules of the page, which are written into it. */
export function styledPictureSvg(picture: Picture): string {
  const drawn = pictureElement(picture);
  const place = element('div', { class: 'visually-hidden' });
  place.append(drawn);
  document.body.append(place);
  drawn.querySelectorAll('[class]').forEach(writeStyle);
  place.remove();
  return new XMLSerializer().serializeToString(drawn);
}

const STYLES = [
  ...['fill', 'fill-opacity', 'stroke', 'stroke-opacity', 'stroke-width', 'stroke-dasharray'],
  ...['stroke-linejoin', 'stroke-linecap', 'paint-order', 'opacity', 'font-size', 'text-anchor'],
] as const;

function writeStyle(part: Element): void {
  const style = getComputedStyle(part);
  STYLES.forEach((name) => part.setAttribute(name, style.getPropertyValue(name)));
  part.removeAttribute('class');
}

function pictureElement({ title, note, width, body, bottom, legend, theme }: Picture): SVGSVGElement {
  const notes = wrapped(note, Math.floor((width - 2 * SIDE) / CHARACTER_WIDTH));
  const legendTop = bottom + NOTE_GAP + Math.max(1, notes.length) * NOTE_LINE + 6;
  const { nodes, rowCount } = legendNodes({ legend, width, theme }, legendTop);
  const height = legendTop + rowCount * LEGEND_ROW;
  return svgElement(
    'svg',
    {
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      'font-family': theme.fontFamily,
      'font-size': FONT_SIZE,
      fill: theme.text,
    },
    [
      svgElement('rect', { width, height, fill: toCss(theme.background) }),
      pictureText(ellipsized(title, MOST_TITLE_LENGTH), {
        ...{ x: SIDE, y: 24, 'font-size': 15, 'font-weight': 600 },
      }),
      ...body,
      ...notes.map((line, row) => pictureText(line, { x: SIDE, y: bottom + NOTE_GAP + row * NOTE_LINE })),
      ...nodes,
    ],
  );
}

export function pictureText(
  content: string,
  attributes: Readonly<Record<string, string | number>>,
): SVGElement {
  return svgElement('text', attributes, [content]);
}

/** The text as it is written in a picture, or as much of its beginning as has room, and `…`. */
export function textWithin(text: string, pixels: number, { fontFamily }: Theme): string {
  const ctx = document.createElement('canvas').getContext('2d');
  let short = ellipsized(text, MOST_NAME_LENGTH);
  if (ctx !== null) {
    ctx.font = `${FONT_SIZE}px ${fontFamily}`;
    for (let length = MOST_NAME_LENGTH - 1; length > 1 && ctx.measureText(short).width > pixels; length--) {
      short = ellipsized(text, length);
    }
  }
  return short;
}

/** The same as a PNG, at twice its size. */
export async function picturePng(svg: string): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width * PNG_SCALE;
    canvas.height = image.height * PNG_SCALE;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob === null ? reject(new Error('No picture came out.')) : resolve(blob)));
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

function legendNodes(
  { legend, width, theme }: Pick<Picture, 'legend' | 'width' | 'theme'>,
  top: number,
): { readonly nodes: readonly SVGElement[]; readonly rowCount: number } {
  const columns = Math.max(1, Math.floor((width - SIDE) / LEGEND_COLUMN));
  const nodes = legend.slice(0, MOST_NAMES).flatMap(({ name, sample }, index) => {
    const x = SIDE + (index % columns) * LEGEND_COLUMN;
    const y = top + Math.floor(index / columns) * LEGEND_ROW;
    return [
      svgElement('g', { transform: `translate(${x + SAMPLE_WIDTH / 2} ${y - 4})` }, [sample]),
      pictureText(textWithin(name, NAME_ROOM, theme), { x: x + SAMPLE_WIDTH + 8, y }),
    ];
  });
  const rest = legend.length - MOST_NAMES;
  const rowCount = Math.ceil(Math.min(legend.length, MOST_NAMES) / columns);
  if (rest <= 0) {
    return { nodes, rowCount };
  }
  const more = pictureText(`and ${rest} more`, { x: SIDE, y: top + rowCount * LEGEND_ROW });
  return { nodes: [...nodes, more], rowCount: rowCount + 1 };
}

/** Lines of about so many characters, broken between words. */
function wrapped(text: string, length: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= length) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(ellipsized(word, length));
    }
  }
  return lines;
}
