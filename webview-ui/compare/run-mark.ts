import { toCss, type Rgb } from '../kit/colour';
import { svgElement } from '../kit/svg-element';

/** How far a mark reaches from its middle. */
export const MARK_PX = 7;

/** A run's look as a point: its shape stands for the colour, its filling for the dashes that its lines have. */
export interface MarkLook {
  /** From 0, as `lookParts` counts. */
  readonly colour: number;
  readonly dash: number;
  readonly fill: Rgb;
}

/** About as large as one another, around 0, 0; in the order of the palette, so that no two colours share one. */
const SHAPES: readonly string[] = [
  'M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z',
  'M-5.4 -5.4h10.8v10.8h-10.8z',
  'M0 -7l6.6 11.6h-13.2z',
  'M0 -7.4l7.4 7.4l-7.4 7.4l-7.4 -7.4z',
  'M0 7l6.6 -11.6h-13.2z',
  'M-2.4 -7h4.8v4.6h4.6v4.8h-4.6v4.6h-4.8v-4.6h-4.6v-4.8h4.6z',
  'M0 -7.4l2 5h5.2l-4.1 3.4l1.5 5.4l-4.6 -3.1l-4.6 3.1l1.5 -5.4l-4.1 -3.4h5.2z',
];

/** As solid, dashed, dotted and dash-dotted lines are told apart: full, open, open with a dot, full with a hole. */
const FILLINGS = ['full', 'open', 'dotted', 'holed'] as const;

/** The mark of a run in a picture; told apart from all others without its colour. */
export function runMark(look: MarkLook, left: number, top: number): SVGElement {
  const filling = FILLINGS[look.dash] ?? 'full';
  const colour = toCss(look.fill);
  const isOpen = filling === 'open' || filling === 'dotted';
  const outline = svgElement('path', {
    d: SHAPES[look.colour] ?? '',
    class: isOpen ? 'mark is-open' : 'mark',
    ...(isOpen ? { stroke: colour } : { fill: colour }),
  });
  const dot = svgElement('circle', {
    r: 2,
    class: filling === 'holed' ? 'mark-hole' : 'mark-dot',
    ...(filling === 'holed' ? {} : { fill: colour }),
  });
  const hasDot = filling === 'dotted' || filling === 'holed';
  return svgElement('g', { transform: `translate(${left} ${top})` }, [outline, ...(hasDot ? [dot] : [])]);
}

/** The mark beside the run's name. */
export function markSample(look: MarkLook): SVGElement {
  const attributes = { class: 'mark-sample', viewBox: '-9 -9 18 18', 'aria-hidden': 'true' };
  return svgElement('svg', attributes, [runMark(look, 0, 0)]);
}
