/** Files that esbuild turns into text or into the panel's style sheet. */
declare module '*.svg' {
  // `IconImage` of icons.ts, which cannot be imported here.
  const image: string & { readonly isIcon: true };
  export default image;
}
declare module '*.css';
