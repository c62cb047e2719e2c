import { toWireNumber } from '../../backends/clearml/trackside-wire';
import type { Clock } from '../../core/clock';
import { ConsoleDecoder, plainConsoleText } from '../../core/console-text';
import type { Disposable } from '../../core/disposable';
import { compileMetricPatterns } from '../../core/metric-line-patterns';
import { MetricLineParser, type MetricPoint } from '../../core/metric-lines';
import { ConsoleBatcher } from './console-batcher';
import { LineSplitter } from './line-splitter';
import type { OutputStream } from './script-process';

const SCALAR_INTERVAL_MS = 20;
const SCALAR_BATCH = 2_000;
const LAST_LINES = 40;
const KEPT_LINE_LENGTH = 1_000;

export interface OutputCaptureOptions {
  readonly taskId: string;
  readonly workerId: string;
  readonly metricPatterns: readonly string[];
  /** False: the console only. */
  readonly capturesMetrics?: boolean;
  readonly clock: Clock;
  /** Takes events, one JSON object per line. */
  readonly push: (lines: string) => void;
}

interface StreamReader {
  readonly name: OutputStream;
  readonly decoder: ConsoleDecoder;
  readonly splitter: LineSplitter;
}

/** Turns what a script prints into console events and, for metric lines, scalar events. */
export class OutputCapture implements Disposable {
  private readonly parser: MetricLineParser;
  private readonly batcher: ConsoleBatcher;
  private readonly streams: Readonly<Record<OutputStream, StreamReader>>;
  private points: MetricPoint[] = [];
  private scalarTimer: Disposable | undefined;
  private lastScalarsAt = Number.NEGATIVE_INFINITY;
  private lastErrors: string[] = [];

  constructor(private readonly options: OutputCaptureOptions) {
    this.streams = { stdout: this.createReader('stdout'), stderr: this.createReader('stderr') };
    this.batcher = new ConsoleBatcher(
      options.clock,
      () => Object.values(this.streams).map(({ name, splitter }) => ({ name, pending: splitter.pending })),
      (message) => this.pushLog(message),
    );
    const { patterns, rejected } = compileMetricPatterns(options.metricPatterns);
    this.parser = new MetricLineParser({
      patterns,
      onSlowPattern: ({ source }) =>
        this.note(`The metric pattern ${source} took too long on a line and is no longer used.`),
    });
    rejected.forEach(({ reason }) => this.note(reason));
  }

  write(stream: OutputStream, bytes: Uint8Array): void {
    const { decoder, splitter } = this.streams[stream];
    splitter.write(decoder.decode(bytes));
    this.batcher.touch();
    this.touchScalars();
  }

  /** A line of Trackside's own in the console. */
  note(text: string): void {
    this.batcher.add('trackside', `Trackside: ${text}`);
    this.batcher.touch();
  }

  /** The last line of stderr that looks like the reason of a failure, such as `ValueError: no data`. */
  get lastError(): string | undefined {
    const plain = this.lastErrors.map((line) => plainConsoleText(line).trim());
    return plain.findLast((line) =>
      /^[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Warning)\b|can't open file/.test(line),
    );
  }

  /** Everything that came is pushed. */
  end(): void {
    for (const { decoder, splitter } of Object.values(this.streams)) {
      splitter.write(decoder.end());
      splitter.end();
    }
    this.batcher.flush();
    this.flushScalars();
  }

  dispose(): void {
    this.batcher.dispose();
    this.scalarTimer?.dispose();
  }

  private createReader(name: OutputStream): StreamReader {
    const splitter = new LineSplitter({
      onLine: (line) => this.onLine(name, line),
      onState: (state) => this.onState(state),
    });
    return { name, decoder: new ConsoleDecoder(), splitter };
  }

  private onLine(stream: OutputStream, line: string): void {
    this.batcher.add(stream, line);
    if (stream === 'stderr') {
      this.lastErrors.push(line.slice(0, KEPT_LINE_LENGTH));
      if (this.lastErrors.length > 2 * LAST_LINES) {
        this.lastErrors = this.lastErrors.slice(-LAST_LINES);
      }
    }
  }

  private onState(state: string): void {
    const line = /[\x1b\b]/.test(state) ? plainConsoleText(state) : state;
    for (const point of this.options.capturesMetrics === false ? [] : this.parser.read(line)) {
      this.points.push(point);
    }
    if (this.points.length >= SCALAR_BATCH) {
      this.flushScalars();
    }
  }

  private touchScalars(): void {
    if (this.points.length === 0 || this.scalarTimer !== undefined) {
      return;
    }
    const wait = this.lastScalarsAt + SCALAR_INTERVAL_MS - this.options.clock.now();
    if (wait <= 0) {
      this.flushScalars();
    } else {
      this.scalarTimer = this.options.clock.after(wait, () => this.flushScalars());
    }
  }

  private flushScalars(): void {
    this.scalarTimer?.dispose();
    this.scalarTimer = undefined;
    this.lastScalarsAt = this.options.clock.now();
    const points = this.points;
    this.points = [];
    for (let from = 0; from < points.length; from += SCALAR_BATCH) {
      this.options.push(
        points
          .slice(from, from + SCALAR_BATCH)
          .map((point) => this.scalarEvent(point))
          .join('\n'),
      );
    }
  }

  private scalarEvent({ metric, variant, step, value }: MetricPoint): string {
    return JSON.stringify({
      type: 'training_stats_scalar',
      task: this.options.taskId,
      worker: this.options.workerId,
      timestamp: this.lastScalarsAt,
      metric,
      variant,
      iter: step,
      value: toWireNumber(value),
    });
  }

  private pushLog(message: string): void {
    const event = {
      type: 'log',
      task: this.options.taskId,
      worker: this.options.workerId,
      timestamp: this.options.clock.now(),
      level: 'info',
      msg: message,
    };
    this.options.push(JSON.stringify(event));
  }
}
