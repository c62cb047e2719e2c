import type { AxisRange } from './envelope';

/** The least relative width of a window: below it neighbouring doubles can no longer be told apart on screen. */
const NARROWEST_SHARE = 1e-12;

/**
 * Makes the window wider (`factor` > 1) or narrower around `anchor`, which stays where it is on screen. Undefined
 * when the result would show everything: the view then follows the data again.
 */
export function zoomWindow(
  window: AxisRange,
  extent: AxisRange,
  anchor: number,
  factor: number,
): AxisRange | undefined {
  const share = (anchor - window.from) / (window.to - window.from || 1);
  const width = Math.max((window.to - window.from) * factor, narrowestWidth(extent));
  const from = anchor - width * share;
  return limitWindow({ from, to: from + width }, extent);
}

/** Moves the window by a share of its own width, not beyond the data. */
export function panWindow(window: AxisRange, extent: AxisRange, share: number): AxisRange {
  const width = window.to - window.from;
  const lowest = Math.min(extent.from, window.from);
  const highest = Math.max(extent.to, window.to);
  const from = Math.min(Math.max(window.from + width * share, lowest), highest - width);
  return { from, to: from + width };
}

/** Keeps a window within the data; undefined when it covers all of it. */
export function limitWindow(window: AxisRange, extent: AxisRange): AxisRange | undefined {
  const width = Math.max(window.to - window.from, narrowestWidth(extent));
  if (width >= extent.to - extent.from) {
    return undefined;
  }
  const from = Math.min(Math.max(window.from, extent.from), extent.to - width);
  return { from, to: from + width };
}

function narrowestWidth(extent: AxisRange): number {
  const magnitude = Math.max(Math.abs(extent.from), Math.abs(extent.to), 1e-6);
  return magnitude * NARROWEST_SHARE;
}
