import { request as httpRequest, Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { addressOf, listenLocally, stopServer } from './local-http';

/** A proxy that takes every name for this machine, and keeps in mind what it was asked for: `lab.test:4711`. */
export class ForwardProxy {
  /** In the order in which they came; of tunnels, where they lead. */
  readonly asked: string[] = [];
  private readonly server = new Server();
  private readonly sockets = new Set<Socket>();

  private constructor() {
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    this.server.on('request', (request, response) => {
      const { host, port, pathname, search } = new URL(request.url ?? '', 'http://relative.test');
      this.asked.push(host);
      const { method, headers } = request;
      const onward = httpRequest(
        { host: '127.0.0.1', port, path: pathname + search, method, headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      onward.on('error', () => response.destroy());
      request.pipe(onward);
    });
    this.server.on('connect', (request, socket, head) => {
      this.asked.push(request.url ?? '');
      const onward = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.write(head);
        socket.pipe(onward).pipe(socket);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy()).on('close', () => onward.destroy());
    });
  }

  static async start(): Promise<ForwardProxy> {
    const proxy = new ForwardProxy();
    await listenLocally(proxy.server, 0);
    return proxy;
  }

  get url(): string {
    return addressOf(this.server);
  }

  stop(): Promise<void> {
    // A server does not count tunnels among its connections.
    this.sockets.forEach((socket) => socket.destroy());
    return stopServer(this.server);
  }
}
