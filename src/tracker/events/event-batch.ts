import type { SeriesName } from '../../core/series';
import type { JsonObject } from '../json';
import type { LogEntry } from '../storage/log-store';
import type { Sample } from '../storage/sample-store';
import { PointBuffer, type Points } from '../storage/series-points';
import type { SingleValue } from '../storage/single-value-store';

/** The iteration that stands for "the whole run". */
export const SINGLE_VALUE_ITER = -2147483648;

/** One series of a batch: its points in the order they were reported. */
export interface ReportedSeries extends SeriesName {
  readonly points: Points;
}

/** Everything a batch reports for one task or model, sorted by kind and in the order it came. */
export interface OwnerBatch {
  readonly series: readonly ReportedSeries[];
  readonly singleValues: readonly SingleValue[];
  readonly logs: readonly LogEntry[];
  readonly samples: readonly Sample[];
  /** Events in here, of all kinds. */
  readonly eventCount: number;
  /** Highest iteration of what counts as progress; -1 when nothing does. */
  readonly highestIteration: number;
}

/** What a request reports, by owner. */
export interface ReportedBatch {
  readonly byTask: ReadonlyMap<string, OwnerBatch>;
  readonly byModel: ReadonlyMap<string, OwnerBatch>;
  /** How many events are refused, by reason. */
  readonly errors: ReadonlyMap<string, number>;
  /** Whether it may also be written to published tasks. */
  readonly allowsLocked: boolean;
}

const SAMPLE_TYPES: ReadonlySet<string> = new Set(['plot', 'training_debug_image', 'training_stats_vector']);

/** Who sends a batch, and when. */
export interface BatchOrigin {
  readonly worker: string;
  readonly nowMs: number;
}

/** Which series of which task or model. */
export interface SeriesAddress extends SeriesName {
  readonly owner: string;
  readonly isModel: boolean;
}

/** Takes the points of one series of a batch. */
export class ScalarPlace {
  private readonly buffer = new PointBuffer();
  private readonly isProgress: boolean;

  constructor(
    private readonly owner: { highestIteration: number },
    readonly address: SeriesAddress,
  ) {
    this.isProgress = !address.metric.startsWith(':monitor:');
  }

  /**
   * @param iter a whole number.
   * @param at epoch milliseconds, whole as well.
   */
  add(iter: number, at: number, value: number): void {
    this.buffer.add(iter, at, value);
    if (this.isProgress && iter > this.owner.highestIteration) {
      this.owner.highestIteration = iter;
    }
  }

  toPoints(): Points {
    return this.buffer.toPoints();
  }
}

/** An {@link OwnerBatch} that grows. */
class OwnerDraft {
  /** By metric, then by variant. */
  private readonly series = new Map<string, Map<string, ScalarPlace>>();
  readonly singleValues: SingleValue[] = [];
  readonly logs: LogEntry[] = [];
  readonly samples: Sample[] = [];
  highestIteration = -1;

  constructor(
    private readonly owner: string,
    private readonly isModel: boolean,
  ) {}

  placeOf({ metric, variant }: SeriesName): ScalarPlace {
    let variants = this.series.get(metric);
    if (variants === undefined) {
      variants = new Map();
      this.series.set(metric, variants);
    }
    let place = variants.get(variant);
    if (place === undefined) {
      const { owner, isModel } = this;
      place = new ScalarPlace(this, { owner, isModel, metric, variant });
      variants.set(variant, place);
    }
    return place;
  }

  finish(): OwnerBatch {
    const { singleValues, logs, samples, highestIteration } = this;
    const series = [...this.series].flatMap(([metric, variants]) =>
      [...variants].map(([variant, place]) => ({ metric, variant, points: place.toPoints() })),
    );
    const pointCount = series.reduce((sum, { points }) => sum + points.steps.length, 0);
    const eventCount = pointCount + singleValues.length + logs.length + samples.length;
    return { series, singleValues, logs, samples, eventCount, highestIteration };
  }
}

/** Sorts events by owner and kind. */
export class EventBatch {
  private readonly tasks = new Map<string, OwnerDraft>();
  private readonly models = new Map<string, OwnerDraft>();
  private readonly errors = new Map<string, number>();
  private allowsLocked = false;

  constructor(private readonly origin: BatchOrigin) {}

  /** The place of a scalar's point; undefined for what is none, or is refused. */
  add(event: JsonObject): ScalarPlace | undefined {
    this.allowsLocked ||= allowsLocked(event);
    const taken = this.take(event);
    if (typeof taken === 'string') {
      this.refuse(taken);
      return undefined;
    }
    return taken;
  }

  /** The place for a point that is known to be a scalar of this series. */
  placeAt(address: SeriesAddress): ScalarPlace {
    return this.draftOf(address.owner, address.isModel).placeOf(address);
  }

  /** An event of the batch says `allow_locked`. */
  allowLocked(): void {
    this.allowsLocked = true;
  }

  refuse(reason: string): void {
    this.errors.set(reason, (this.errors.get(reason) ?? 0) + 1);
  }

  finish(): ReportedBatch {
    const { errors, allowsLocked } = this;
    return { byTask: finished(this.tasks), byModel: finished(this.models), errors, allowsLocked };
  }

  /** Where a scalar's point went; a text: why the event is refused. */
  private take(event: JsonObject): ScalarPlace | string | undefined {
    const { task: owner, type } = event;
    if (typeof owner !== 'string' || owner === '') {
      return "Event must have a 'task' field";
    }
    if (typeof type !== 'string') {
      return "Event must have a 'type' field";
    }
    return this.addTo(this.draftOf(owner, event['model_event'] === true), event, type);
  }

  private addTo(batch: OwnerDraft, event: JsonObject, type: string): ScalarPlace | string | undefined {
    if (type === 'training_stats_scalar') {
      return this.addScalar(batch, event);
    }
    if (type === 'log') {
      return this.addLog(batch, event);
    }
    return SAMPLE_TYPES.has(type) ? this.addSample(batch, event, type) : `Invalid event type ${type}`;
  }

  private addScalar(batch: OwnerDraft, event: JsonObject): ScalarPlace | string | undefined {
    const value = toNumber(event['value']);
    if (value === undefined) {
      return 'Scalar event must have a numeric value';
    }
    const iter = toIteration(event['iter']);
    if (iter === undefined) {
      return 'Event iteration must be a number';
    }
    const name = { metric: toText(event['metric']), variant: toText(event['variant']) };
    const at = this.timeOf(event);
    if (iter === SINGLE_VALUE_ITER) {
      batch.singleValues.push({ ...name, value, at });
      return undefined;
    }
    const place = batch.placeOf(name);
    place.add(iter, at, value);
    return place;
  }

  private addLog(batch: OwnerDraft, event: JsonObject): string | undefined {
    if (typeof event['msg'] !== 'string') {
      return "Log event must have a 'msg' field";
    }
    const level = toText(event['level']).toLowerCase();
    const worker = toText(event['worker']) || this.origin.worker;
    batch.logs.push({ at: this.timeOf(event), level, worker, text: event['msg'] });
    return undefined;
  }

  private addSample(batch: OwnerDraft, event: JsonObject, type: string): string | undefined {
    const iter = toIteration(event['iter']);
    if (iter === undefined) {
      return 'Event iteration must be a number';
    }
    const { method: _method, ...body } = event;
    batch.samples.push({
      type,
      metric: toText(event['metric']),
      variant: toText(event['variant']),
      iter,
      eventKey: toText(event['key']),
      at: this.timeOf(event),
      body,
    });
    batch.highestIteration = Math.max(batch.highestIteration, iter);
    return undefined;
  }

  private draftOf(owner: string, isModel: boolean): OwnerDraft {
    const drafts = isModel ? this.models : this.tasks;
    let draft = drafts.get(owner);
    if (draft === undefined) {
      draft = new OwnerDraft(owner, isModel);
      drafts.set(owner, draft);
    }
    return draft;
  }

  private timeOf(event: JsonObject): number {
    const time = event['timestamp'];
    return typeof time === 'number' && Number.isFinite(time) ? Math.trunc(time) : this.origin.nowMs;
  }
}

/** Whether an event may also be written to a published task. */
export function allowsLocked(event: JsonObject): boolean {
  return event['allow_locked'] === true;
}

function finished(drafts: ReadonlyMap<string, OwnerDraft>): Map<string, OwnerBatch> {
  return new Map([...drafts].map(([id, draft]) => [id, draft.finish()]));
}

/** Numbers, and the words for those that JSON does not have. */
function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') {
    return value;
  }
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') {
    return Number(value);
  }
  return undefined;
}

function toIteration(value: unknown): number | undefined {
  if (value === undefined || value === null) {
    return 0;
  }
  return typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : undefined;
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
