/** Files that esbuild turns into text or into the panel's style sheet. */
declare module '*.svg' {
  const text: string;
  export default text;
}
declare module '*.css';
