import { spawn } from 'node:child_process';

/** Opens `address` in the default browser; says so when there is none. */
export function openInBrowser(address: string): void {
  const [program, args] = opener(address);
  const child = spawn(program, args, { detached: true, stdio: 'ignore' });
  child.once('error', () => {
    console.error(`trackside: no browser could be opened (${program} is missing): open the address by hand.`);
  });
  child.unref();
}

function opener(address: string): [string, string[]] {
  switch (process.platform) {
    case 'darwin':
      return ['open', [address]];
    case 'win32':
      return ['rundll32', ['url.dll,FileProtocolHandler', address]];
    default:
      return ['xdg-open', [address]];
  }
}
