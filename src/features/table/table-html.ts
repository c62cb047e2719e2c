/** Where the page's files are, as addresses the webview may load. */
export interface TablePageFiles {
  readonly script: string;
  readonly style: string;
  /** The webview's own source for the policy. */
  readonly cspSource: string;
}

/**
 * The page of a task table. Nothing in it comes from a server: names and values arrive by message and are set as
 * text. Scripts need the nonce; there is no inline style, and no connection to anywhere.
 */
export function tableHtml(files: TablePageFiles, nonce: string): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${files.cspSource}`,
    `font-src ${files.cspSource}`,
    `img-src ${files.cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${files.style}">
<title>Trackside task table</title>
</head>
<body>
<div id="app"></div>
<script nonce="${nonce}" src="${files.script}"></script>
</body>
</html>`;
}
