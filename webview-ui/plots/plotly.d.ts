/** The part of Plotly that is used. */
declare module 'plotly.js-cartesian-dist-min' {
  interface Plotly {
    react(
      root: HTMLElement,
      data: readonly unknown[],
      layout: Readonly<Record<string, unknown>>,
      config: Readonly<Record<string, unknown>>,
    ): Promise<unknown>;
    purge(root: HTMLElement): void;
  }
  const plotly: Plotly;
  export default plotly;
}
