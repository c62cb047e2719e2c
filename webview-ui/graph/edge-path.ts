import type { Place } from '../../src/core/graph-layout';

/** How far an edge that turns round goes out beside the nodes, in pixels. */
const TURN = 26;

/** The drawn way of a route: curves through the room between columns, straight lines past them. */
export function edgePath(route: readonly Place[]): string {
  const [start, ...rest] = route;
  if (start === undefined) {
    return '';
  }
  let from = start;
  const parts = rest.map((to, index) => {
    const isCurve = index % 2 === 0;
    const part = isCurve ? curve(from, to, index === 0) : `L${to.x} ${to.y}`;
    from = to;
    return part;
  });
  return `M${start.x} ${start.y}${parts.join('')}`;
}

/** Level at both ends. Where both are at the same side of a column it turns round: right of the first, left of the last. */
function curve(from: Place, to: Place, isFirst: boolean): string {
  const half = (to.x - from.x) / 2;
  const [out, back] = from.x === to.x ? (isFirst ? [TURN, TURN] : [-TURN, -TURN]) : [half, -half];
  return `C${from.x + out} ${from.y} ${to.x + back} ${to.y} ${to.x} ${to.y}`;
}
