import { toCss } from './colour';
import { element } from './dom';
import type { LineStyle } from './line-styles';
import { svgElement } from './svg-element';

/** A short stretch of the line, with its colour and dashes, for legends, read-outs and lists of runs. */
export function lineSample(style: LineStyle): HTMLElement {
  const image = svgElement('svg', { viewBox: '-10 -4 20 8', 'aria-hidden': 'true' }, [lineNode(style)]);
  return element('span', { class: 'line-sample' }, [image]);
}

/** The same around 0, 0, for drawings. */
export function lineNode({ colour, dash }: LineStyle): SVGElement {
  return svgElement('line', {
    ...{ x1: -10, y1: 0, x2: 10, y2: 0 },
    stroke: toCss(colour),
    'stroke-width': 2.5,
    'stroke-dasharray': dash.join(' '),
  });
}
