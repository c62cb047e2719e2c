import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { tracksideCalls, type LiveMessage } from '../../backends/clearml/trackside-wire';
import { DisposableStore, toDisposable, type Disposable } from '../../core/disposable';
import { ApiError } from '../api-error';
import type { LiveChanges } from '../live-changes';
import type { Authentication } from './authentication';
import { requestUrl } from './request-url';
import { isLocalHost } from './tracker-server';

/** A client that reads slower than this much is cut off; it reconnects and reads everything anew. */
const LARGEST_BACKLOG_BYTES = 4 * 1024 * 1024;
/** Sockets that do not answer a ping within this time are dead. */
const HEARTBEAT_MS = 30_000;

/** Pushes live messages over WebSockets at `trackside.live`. */
export class LiveSockets implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 });
  private readonly answering = new WeakSet<WebSocket>();
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(
    server: Server,
    private readonly authentication: Authentication,
    changes: LiveChanges,
  ) {
    const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void =>
      this.accept(request, socket, head);
    server.on('upgrade', onUpgrade);
    this.owned.add(toDisposable(() => server.off('upgrade', onUpgrade)));
    this.owned.add(changes.onMessages((messages) => this.push(messages)));
  }

  /** Clients that listen now. */
  get count(): number {
    return this.sockets.clients.size;
  }

  dispose(): void {
    clearInterval(this.heartbeat);
    this.owned.dispose();
    for (const socket of this.sockets.clients) {
      socket.close(1001, 'The tracker ends.');
      socket.terminate();
    }
    this.sockets.close();
  }

  private accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Node hands the connection over without any listener: a reset would end the process.
    socket.on('error', () => socket.destroy());
    const refusal = this.refusal(request);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.answering.add(webSocket);
      webSocket.on('pong', () => this.answering.add(webSocket));
      // Without a listener a broken connection would end the process.
      webSocket.on('error', () => webSocket.terminate());
      this.heartbeat ??= setInterval(() => this.ping(), HEARTBEAT_MS).unref();
    });
  }

  private refusal(request: IncomingMessage): string | undefined {
    // Browsers always say where a page comes from; no page may listen.
    if (!isLocalHost(request.headers.host) || request.headers.origin !== undefined) {
      return '403 Forbidden';
    }
    const path = requestUrl(request).pathname;
    if (!new RegExp(`^/+(v[\\d.]+/)?${tracksideCalls.live.replace('.', '\\.')}/?$`).test(path)) {
      return '404 Not Found';
    }
    try {
      this.authentication.check(request.headers.authorization);
      return undefined;
    } catch (error) {
      return error instanceof ApiError ? '401 Unauthorized' : '500 Internal Server Error';
    }
  }

  private push(messages: readonly LiveMessage[]): void {
    for (const message of messages) {
      const text = JSON.stringify(message);
      for (const socket of this.sockets.clients) {
        if (socket.bufferedAmount > LARGEST_BACKLOG_BYTES) {
          socket.terminate();
        } else {
          socket.send(text);
        }
      }
    }
  }

  private ping(): void {
    for (const socket of this.sockets.clients) {
      if (!this.answering.has(socket)) {
        socket.terminate();
      } else {
        this.answering.delete(socket);
        socket.ping();
      }
    }
    if (this.sockets.clients.size === 0) {
      clearInterval(this.heartbeat);
      this.heartbeat = undefined;
    }
  }
}
