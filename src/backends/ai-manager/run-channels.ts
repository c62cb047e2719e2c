import * as z from 'zod';
import { ReconnectingSocket } from '../../client/socket';
import type { Disposable } from '../../core/disposable';
import { toDisposable } from '../../core/disposable';
import type { LiveAbility, LiveChange } from '../contract';
import type { AiManagerSession } from './session';

/** A run that nobody has read for so long is not listened to any more. */
const FORGET_AFTER_MS = 30_000;

/** The document shows no message; a server that speaks may name the run and its state. */
const message = z.object({ run_id: z.coerce.string().optional(), status: z.string().optional() });

interface Channel {
  readonly socket: Disposable;
  forget: Disposable;
}

/**
 * `/ws/{run}` of every run that is being read: what it says is a hint to read again, never data, since one version
 * tells every listener about every run. Silence proves nothing, so it never counts as connected and polling goes on.
 */
export class RunChannels implements LiveAbility, Disposable {
  private readonly listeners = new Set<(change: LiveChange) => void>();
  private readonly channels = new Map<string, Channel>();

  constructor(private readonly session: AiManagerSession) {}

  subscribe(onChange: (change: LiveChange) => void): Disposable {
    this.listeners.add(onChange);
    return toDisposable(() => {
      this.listeners.delete(onChange);
      if (this.listeners.size === 0) {
        this.dispose();
      }
    });
  }

  /** Listens to a run from now on, until it has not been read for a while. */
  isRead(taskId: string): void {
    if (this.listeners.size === 0) {
      return;
    }
    const channel = this.channels.get(taskId) ?? {
      socket: this.open(taskId),
      forget: toDisposable(() => undefined),
    };
    channel.forget.dispose();
    channel.forget = this.session.clock.after(FORGET_AFTER_MS, () => this.close(taskId));
    this.channels.set(taskId, channel);
  }

  dispose(): void {
    for (const taskId of [...this.channels.keys()]) {
      this.close(taskId);
    }
  }

  private open(taskId: string): Disposable {
    const { url, logger, redactor, clock, userAgent, trust } = this.session;
    return new ReconnectingSocket({
      url: () => `${url.replace(/^http/, 'ws')}/ws/${encodeURIComponent(taskId)}`,
      // The channel takes no token, and one in an address would be in logs.
      headers: () => Promise.resolve({}),
      onMessage: (text) => this.hear(taskId, text),
      onState: () => undefined,
      ...{ logger, redactor, clock, userAgent },
      ...(trust === undefined ? {} : { trust }),
    });
  }

  private hear(taskId: string, text: string): void {
    const { run_id: about, status } = readMessage(text);
    if (about !== undefined && about !== taskId) {
      return;
    }
    const changes: readonly LiveChange[] = [
      { kind: 'series', taskId },
      ...(status === undefined ? [] : [{ kind: 'task', ids: [taskId] } as const]),
    ];
    for (const change of changes) {
      this.listeners.forEach((listener) => listener(change));
    }
  }

  private close(taskId: string): void {
    const channel = this.channels.get(taskId);
    this.channels.delete(taskId);
    channel?.forget.dispose();
    channel?.socket.dispose();
  }
}

function readMessage(text: string): z.infer<typeof message> {
  try {
    return message.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}
