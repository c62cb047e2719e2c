import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';

const REQUEST_LINE = /(?:GET|POST|PUT|DELETE|HEAD|OPTIONS) \S+ HTTP\/1\.1\r\n/g;
/** What ends a request line. */
const HTTP_VERSION = ' HTTP/1.1\r\n';
/** A request line may be cut by a chunk's border. */
const OVERLAP = 256;

/** What went from the client through the proxy. */
export interface Traffic {
  readonly requests: number;
  readonly bytes: number;
}

/** `GET /path?query`, and when it was sent, in epoch milliseconds. */
export interface AskedLine {
  readonly atMs: number;
  readonly line: string;
}

/** Stands between a client and a server on this machine and counts, and keeps, what the client asks for. */
export class CountingProxy {
  /** What was asked for so far, in order. */
  readonly asked: AskedLine[] = [];
  private bytes = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: ReturnType<typeof createServer>) {}

  /** `target` is an `http://127.0.0.1:port` address. */
  static async start(target: string): Promise<CountingProxy> {
    const { hostname, port } = new URL(target);
    const server = createServer();
    const proxy = new CountingProxy(server);
    server.on('connection', (client) => {
      proxy.join(client, connect(Number(port), hostname));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${addressOf(this.server).port}`;
  }

  traffic(): Traffic {
    return { requests: this.asked.length, bytes: this.bytes };
  }

  async stop(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await once(this.server, 'close');
  }

  private join(client: Socket, target: Socket): void {
    let tail = '';
    client.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      const text = tail + chunk.toString('latin1');
      const matches = [...text.matchAll(REQUEST_LINE)];
      const atMs = Date.now();
      this.asked.push(...matches.map(([line]) => ({ atMs, line: line.slice(0, -HTTP_VERSION.length) })));
      const last = matches.at(-1);
      tail = text.slice(
        Math.max(last === undefined ? 0 : last.index + last[0].length, text.length - OVERLAP),
      );
    });
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      this.sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
  }
}

/** Where a listening server listens. */
export function addressOf(server: ReturnType<typeof createServer>): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The proxy does not listen.');
  }
  return address;
}
