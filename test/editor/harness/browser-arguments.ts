/** How Chromium is started: no GPU, no sandbox (tests run as root in containers), nothing of its own on the network. */
export const BROWSER_ARGUMENTS: string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];
