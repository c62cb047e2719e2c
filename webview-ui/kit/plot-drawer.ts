/** How a figure is drawn to fit the page around it. */
export interface PlotLook {
  readonly text: string;
  readonly grid: string;
  readonly background: string;
  readonly fontFamily: string;
}

/** One figure as its traces and its layout. */
export interface Figure {
  readonly traces: readonly Readonly<Record<string, unknown>>[];
  readonly layout: Readonly<Record<string, unknown>>;
}

/** Draws figures. It weighs more than the whole page and comes with the first figure. */
export interface PlotDrawer {
  /** Draws or redraws within `root`. Rejects when the figure cannot be drawn. */
  draw(root: HTMLElement, figure: Figure, look: PlotLook): Promise<void>;
  /** The figure as an SVG document of its own, as large as `root`. */
  picture(root: HTMLElement, figure: Figure, look: PlotLook): Promise<string>;
  clear(root: HTMLElement): void;
}

declare global {
  interface Window {
    tracksidePlots?: PlotDrawer;
  }
}
