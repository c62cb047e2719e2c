import { toCss } from '../kit/colour';
import { element } from '../kit/dom';
import type { LineStyle } from '../kit/line-styles';

const SVG = 'http://www.w3.org/2000/svg';

/** A short stretch of the line, with its colour and dashes, for legends and read-outs. */
export function lineSample(style: LineStyle): HTMLElement {
  const line = document.createElementNS(SVG, 'line');
  const attributes = {
    x1: '0',
    y1: '4',
    x2: '20',
    y2: '4',
    stroke: toCss(style.colour),
    'stroke-width': '2.5',
    'stroke-dasharray': style.dash.join(' '),
  };
  for (const [name, value] of Object.entries(attributes)) {
    line.setAttribute(name, value);
  }
  const image = document.createElementNS(SVG, 'svg');
  image.setAttribute('viewBox', '0 0 20 8');
  image.setAttribute('aria-hidden', 'true');
  image.append(line);
  const holder = element('span', { class: 'line-sample' });
  holder.append(image);
  return holder;
}
