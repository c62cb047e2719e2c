import { Worker } from 'node:worker_threads';
import type { Disposable } from '../../core/disposable';
import type { Logger } from '../../core/logger';
import type { SeriesColumns, SeriesDelta } from '../../core/series';
import type {
  SeriesEngineClient,
  WorkerAnswer,
  WorkerCall,
  WorkerReply,
  WorkerRequest,
} from './worker-contract';

type TransferableDelta = SeriesDelta & Record<keyof SeriesColumns, Float64Array<ArrayBuffer>>;

interface PendingCall {
  resolve(answer: WorkerAnswer): void;
  reject(error: Error): void;
}

/**
 * The series worker as seen from the extension host: started with the first call, ended on disposal, started again
 * after a crash (then everything it held is gone and `lossCount` has risen).
 */
export class SeriesWorkerClient implements SeriesEngineClient, Disposable {
  private worker: Worker | undefined;
  private readonly pending = new Map<number, PendingCall>();
  private nextCallId = 1;
  private losses = 0;
  private isDisposed = false;

  constructor(
    private readonly scriptPath: string,
    private readonly logger: Logger,
  ) {}

  get lossCount(): number {
    return this.losses;
  }

  /** Starts the thread now, so that it is there when the first points arrive. */
  warmUp(): void {
    this.start();
  }

  async ingest(
    panelId: string,
    deltas: readonly SeriesDelta[],
    run = '',
  ): ReturnType<SeriesEngineClient['ingest']> {
    const owned = deltas.map(transferable);
    const buffers = new Set(
      owned.flatMap(({ steps, times, values }) => [steps.buffer, times.buffer, values.buffer]),
    );
    const answer = await this.call({ kind: 'ingest', panelId, deltas: owned, run }, [...buffers]);
    return answer.kind === 'ingest' ? answer.result : mismatch(answer);
  }

  async frames(...args: Parameters<SeriesEngineClient['frames']>): ReturnType<SeriesEngineClient['frames']> {
    const [panelId, keys, selection] = args;
    const answer = await this.call({ kind: 'frames', panelId, keys, selection }, []);
    return answer.kind === 'frames' ? answer.frames : mismatch(answer);
  }

  async text(
    ...[panelId, part]: Parameters<SeriesEngineClient['text']>
  ): ReturnType<SeriesEngineClient['text']> {
    const answer = await this.call({ kind: 'text', panelId, part }, []);
    return answer.kind === 'text' ? answer.bytes : mismatch(answer);
  }

  async clear(panelId: string, run?: string): Promise<void> {
    if (this.worker !== undefined) {
      await this.call({ kind: 'clear', panelId, run }, []);
    }
  }

  dispose(): void {
    this.isDisposed = true;
    void this.worker?.terminate();
    this.worker = undefined;
    this.rejectAll(new Error('The panel was closed.'));
  }

  private call(request: WorkerRequest, buffers: ArrayBuffer[]): Promise<WorkerAnswer> {
    if (this.isDisposed) {
      return Promise.reject(new Error('The panel was closed.'));
    }
    const worker = this.start();
    const callId = this.nextCallId++;
    return new Promise((resolve, reject) => {
      this.pending.set(callId, { resolve, reject });
      const call: WorkerCall = { callId, request };
      worker.postMessage(call, buffers);
    });
  }

  private start(): Worker {
    if (this.worker !== undefined) {
      return this.worker;
    }
    const worker = new Worker(this.scriptPath);
    worker.on('message', (reply: WorkerReply) => this.settle(reply));
    worker.on('error', (error: Error) => this.lose(worker, error));
    worker.on('exit', (code) => this.lose(worker, new Error(`The series worker ended with code ${code}.`)));
    worker.unref();
    this.worker = worker;
    return worker;
  }

  private settle(reply: WorkerReply): void {
    const call = this.pending.get(reply.callId);
    this.pending.delete(reply.callId);
    if ('answer' in reply) {
      call?.resolve(reply.answer);
    } else {
      call?.reject(new Error(reply.error));
    }
  }

  private lose(worker: Worker, error: Error): void {
    if (this.worker !== worker) {
      return;
    }
    this.worker = undefined;
    this.losses += 1;
    this.logger.error('The series worker stopped; open panels read their points again.', error);
    this.rejectAll(error);
  }

  private rejectAll(error: Error): void {
    const calls = [...this.pending.values()];
    this.pending.clear();
    calls.forEach((call) => call.reject(error));
  }
}

/** The delta in buffers that can be transferred: its own ones where they are handed over, else copies. */
function transferable(delta: SeriesDelta): TransferableDelta {
  const { steps, times, values } = delta;
  return delta.isHandedOver === true &&
    isTransferable(steps) &&
    isTransferable(times) &&
    isTransferable(values)
    ? { ...delta, steps, times, values }
    : {
        ...delta,
        steps: new Float64Array(steps),
        times: new Float64Array(times),
        values: new Float64Array(values),
      };
}

function isTransferable(column: Float64Array): column is Float64Array<ArrayBuffer> {
  return column.buffer instanceof ArrayBuffer;
}

function mismatch(answer: WorkerAnswer): never {
  throw new Error(`The series worker answered ${answer.kind} to another question.`);
}
