import type { IncomingMessage, Server } from 'node:http';
import { Server as SecureServer } from 'node:https';

/** Starts a server on this machine alone; port 0: a free one. */
export async function listenLocally(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
}

/** `http://127.0.0.1:4711` of a server that listens. */
export function addressOf(server: Server): string {
  const address = server.address();
  const scheme = server instanceof SecureServer ? 'https' : 'http';
  return `${scheme}://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

/** Cuts what is connected, and resolves once the port is free. */
export async function stopServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const piece of request) {
    text += String(piece);
  }
  return text;
}
