/** The part of Plotly that is used. */
declare module 'plotly.js-cartesian-dist-min' {
  interface Plotly {
    react(
      root: HTMLElement,
      data: readonly unknown[],
      layout: Readonly<Record<string, unknown>>,
      config: Readonly<Record<string, unknown>>,
    ): Promise<unknown>;
    toImage(
      figure: {
        readonly data: readonly unknown[];
        readonly layout: Readonly<Record<string, unknown>>;
        readonly config: Readonly<Record<string, unknown>>;
      },
      options: {
        readonly format: 'svg';
        readonly imageDataOnly: true;
        readonly width: number;
        readonly height: number;
      },
    ): Promise<string>;
    purge(root: HTMLElement): void;
  }
  const plotly: Plotly;
  export default plotly;
}
