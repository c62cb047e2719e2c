import * as z from 'zod';
import { ReconnectingSocket } from '../../client/socket';
import { DisposableStore, toDisposable, type Disposable } from '../../core/disposable';
import { toTracksideError } from '../../core/errors';
import { isLive } from '../../core/status';
import type { LiveAbility, LiveChange } from '../contract';
import { runStatus, type LogRecord, type RunRecord, type StepOutcome } from './records';
import type { KaizenSession } from './session';
import { logLine } from './wire';

const MOST_STREAMS = 4;
const MOST_KEPT = 32;
/** A stream that nobody has asked about for this long is closed. */
const IDLE_MS = 90_000;
const HANDSHAKE_REFUSED = /unexpected server response/i;

const message = z.object({ type: z.string(), data: z.unknown().optional() });
const stepData = z.object({
  node_id: z.string(),
  status: z.string().optional().catch(undefined),
  duration_ms: z.number().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
});
const errorData = z.object({ message: z.string() });

interface Streamed {
  readonly steps: Map<string, StepOutcome>;
  readonly log: LogRecord[];
  socket: Disposable | undefined;
  idle: Disposable | undefined;
}

type Listener = (change: LiveChange) => void;

/**
 * What running executions push, as the document has it. The released server has no such address and refuses the
 * handshake with 403: then nothing is tried again, and runs are asked for. One socket per run that somebody looks at.
 */
export class StreamedRuns implements LiveAbility, Disposable {
  private readonly runs = new Map<string, Streamed>();
  private readonly listeners = new Set<Listener>();
  private readonly ended = new AbortController();
  private isRefused = false;

  constructor(
    private readonly session: KaizenSession,
    private readonly onRefused: () => void = () => undefined,
  ) {}

  /** Pushes never stand for everything, so polling goes on: nobody is told that they can be relied on. */
  subscribe(onChange: Listener): Disposable {
    this.listeners.add(onChange);
    return toDisposable(() => this.listeners.delete(onChange));
  }

  /** False once the server has refused a stream. */
  get mayStream(): boolean {
    return !this.isRefused;
  }

  stepsOf(runId: string): ReadonlyMap<string, StepOutcome> {
    return this.runs.get(runId)?.steps ?? new Map<string, StepOutcome>();
  }

  logOf(runId: string): readonly LogRecord[] {
    return this.runs.get(runId)?.log ?? [];
  }

  /** Somebody has read a run: while it runs, it is listened to. */
  watch(run: RunRecord): void {
    const known = this.runs.get(run.id);
    if (!isLive(runStatus(run.status)) || this.isRefused || this.ended.signal.aborted) {
      hush(known);
      return;
    }
    if (known?.socket === undefined && this.isFull()) {
      return;
    }
    const streamed = known ?? this.add(run.id);
    streamed.socket ??= this.connect(run.id, streamed);
    streamed.idle?.dispose();
    streamed.idle = this.session.clock.after(IDLE_MS, () => streamed.socket?.dispose());
  }

  /** Tells everybody that listens. */
  tell(change: LiveChange): void {
    this.listeners.forEach((listener) => listener(change));
  }

  dispose(): void {
    this.ended.abort();
    this.listeners.clear();
    this.runs.forEach(hush);
  }

  private add(runId: string): Streamed {
    const streamed: Streamed = { steps: new Map(), log: [], socket: undefined, idle: undefined };
    this.runs.set(runId, streamed);
    const [oldest] = this.runs.keys();
    if (this.runs.size > MOST_KEPT && oldest !== undefined) {
      this.close(oldest);
    }
    return streamed;
  }

  private close(runId: string): void {
    hush(this.runs.get(runId));
    this.runs.delete(runId);
  }

  private isFull(): boolean {
    return [...this.runs.values()].filter(({ socket }) => socket !== undefined).length >= MOST_STREAMS;
  }

  private connect(runId: string, streamed: Streamed): Disposable {
    const owned = new DisposableStore();
    const ended = new AbortController();
    owned.add(toDisposable(() => ended.abort()));
    owned.add(
      toDisposable(() => {
        streamed.socket = undefined;
      }),
    );
    void this.open(runId, streamed, owned, ended.signal);
    return owned;
  }

  private async open(
    runId: string,
    streamed: Streamed,
    owned: DisposableStore,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, logger, redactor, userAgent, trust } = this.session;
    let token: string;
    try {
      token = await this.session.token(signal);
    } catch (error) {
      logger.debug(`A run is not listened to: ${toTracksideError(error).message}`);
      owned.dispose();
      return;
    }
    if (signal.aborted) {
      return;
    }
    const path = `ws/executions/${encodeURIComponent(runId)}?token=${encodeURIComponent(token)}`;
    owned.add(
      new ReconnectingSocket({
        url: () => this.session.socketUrl(path),
        headers: () => Promise.resolve({}),
        onMessage: (text) => this.receive(runId, streamed, text),
        onState: () => undefined,
        onNeverOpened: (reason) => {
          if (HANDSHAKE_REFUSED.test(reason)) {
            this.isRefused = true;
            this.onRefused();
            logger.info('Kaizen Studio pushes nothing about runs here; they are asked for instead.');
          }
          owned.dispose();
        },
        logger,
        redactor,
        clock,
        userAgent,
        ...(trust === undefined ? {} : { trust }),
      }),
    );
  }

  private receive(runId: string, streamed: Streamed, text: string): void {
    const parsed = message.safeParse(parsedJson(text));
    if (!parsed.success) {
      this.session.logger.debug('A run pushed something that is not understood.');
      return;
    }
    const { type, data } = parsed.data;
    switch (type) {
      case 'log':
        this.addLine(runId, streamed, data);
        return;
      case 'node_start':
      case 'node_complete':
        this.takeStep(runId, streamed, type, data);
        return;
      case 'error': {
        const { data: failure } = errorData.safeParse(data);
        this.addLine(runId, streamed, { level: 'error', message: failure?.message ?? 'The run failed.' });
        this.end(runId, streamed);
        return;
      }
      case 'result':
        this.end(runId, streamed);
        return;
      default:
        // `progress` says nothing that a task shows.
        return;
    }
  }

  private addLine(runId: string, streamed: Streamed, data: unknown): void {
    const { data: line } = logLine.safeParse(data);
    if (line?.message !== undefined) {
      const { timestamp: at, level, node_id: stepId, message: words } = line;
      streamed.log.push({ at, level, stepId, message: words });
      this.tell({ kind: 'console', taskId: runId });
    }
  }

  private takeStep(
    runId: string,
    streamed: Streamed,
    type: 'node_start' | 'node_complete',
    data: unknown,
  ): void {
    const { data: step } = stepData.safeParse(data);
    if (step !== undefined) {
      const status = type === 'node_start' ? 'running' : (step.status ?? 'completed');
      streamed.steps.set(step.node_id, {
        stepId: step.node_id,
        status,
        durationMs: step.duration_ms,
        error: step.error,
      });
      this.tell({ kind: 'task', ids: [runId] });
    }
  }

  private end(runId: string, streamed: Streamed): void {
    hush(streamed);
    this.tell({ kind: 'task', ids: [runId] });
    this.tell({ kind: 'console', taskId: runId });
  }
}

/** Nothing more is heard of it; what it said stays. */
function hush(streamed: Streamed | undefined): void {
  streamed?.socket?.dispose();
  streamed?.idle?.dispose();
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
