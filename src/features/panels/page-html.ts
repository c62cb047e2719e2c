/** Where the files of a panel's page are, as addresses the webview may load. */
export interface PageFiles {
  readonly script: string;
  readonly controlsScript: string;
  readonly plotsScript: string;
  readonly barsScript: string;
  readonly style: string;
  /** The webview's own source for the policy. */
  readonly cspSource: string;
}

/** Which page it is, and what a screen reader calls it; both are ours, not a server's. */
export interface PageIdentity {
  readonly page: string;
  readonly title: string;
}

/** The editor may hand over messages before the page's own script listens: kept for it (webview-ui/kit/bridge.ts). */
const KEEP_EARLY =
  "addEventListener('message', tracksideKeep = (event) => (window.tracksideEarly ??= []).push(event))";

/**
 * The editor shows a page, and hands over what it kept for it, once all that the page names is loaded. What is imported
 * is not waited for: the page's script finds the first messages there, and draws once.
 */
const START = 'import(document.currentScript.dataset.address)';

/**
 * The page of a panel. Nothing in it comes from a server: names and values arrive by message and are set as text.
 * Scripts need the nonce; there is no inline style, and no connection to anywhere.
 */
export function pageHtml({ page, title }: PageIdentity, files: PageFiles, nonce: string): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${files.cspSource}`,
    `font-src ${files.cspSource}`,
    `img-src ${files.cspSource} data: blob:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<script nonce="${nonce}">${KEEP_EARLY}</script>
<link rel="modulepreload" nonce="${nonce}" href="${files.script}">
<link rel="stylesheet" href="${files.style}">
<link id="plotly.js-style-global" class="no-inline-styles">
<title>${title}</title>
</head>
<body data-page="${page}" data-controls="${files.controlsScript}" data-plots="${files.plotsScript}" data-bars="${files.barsScript}">
<div id="app"></div>
<script nonce="${nonce}" data-address="${files.script}">${START}</script>
</body>
</html>`;
}
