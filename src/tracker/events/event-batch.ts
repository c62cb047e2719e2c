import type { SeriesName } from '../../core/series';
import type { JsonObject } from '../json';
import type { LogEntry } from '../storage/log-store';
import type { Sample } from '../storage/sample-store';
import { PointBuffer } from '../storage/series-points';
import type { SingleValue } from '../storage/single-value-store';

/** The iteration that stands for "the whole run". */
export const SINGLE_VALUE_ITER = -2147483648;

/** Everything a batch reports for one task or model, sorted by kind and in the order it came. */
export interface OwnerBatch {
  /** By metric, then by variant. */
  readonly series: Map<string, Map<string, PointBuffer>>;
  readonly singleValues: SingleValue[];
  readonly logs: LogEntry[];
  readonly samples: Sample[];
  /** Events in here, of all kinds. */
  eventCount: number;
  /** Highest iteration of what counts as progress; -1 when nothing does. */
  highestIteration: number;
}

const SAMPLE_TYPES: ReadonlySet<string> = new Set(['plot', 'training_debug_image', 'training_stats_vector']);

/** What a batch may do and who sends it. */
export interface BatchOrigin {
  readonly worker: string;
  readonly nowMs: number;
}

/** Sorts events by owner and kind. `errors` counts what is refused, by reason. */
export class EventBatch {
  readonly byTask = new Map<string, OwnerBatch>();
  readonly byModel = new Map<string, OwnerBatch>();

  constructor(
    private readonly origin: BatchOrigin,
    readonly errors: Map<string, number>,
  ) {}

  add(event: JsonObject): void {
    const { task: owner, type } = event;
    if (typeof owner !== 'string' || owner === '') {
      this.refuse("Event must have a 'task' field");
      return;
    }
    if (typeof type !== 'string') {
      this.refuse("Event must have a 'type' field");
      return;
    }
    const batch = ownerBatch(event['model_event'] === true ? this.byModel : this.byTask, owner);
    const reason = this.addTo(batch, event, type);
    if (reason !== undefined) {
      this.refuse(reason);
      return;
    }
    batch.eventCount += 1;
  }

  refuse(reason: string, count = 1): void {
    this.errors.set(reason, (this.errors.get(reason) ?? 0) + count);
  }

  private addTo(batch: OwnerBatch, event: JsonObject, type: string): string | undefined {
    if (type === 'training_stats_scalar') {
      return this.addScalar(batch, event);
    }
    if (type === 'log') {
      return this.addLog(batch, event);
    }
    return SAMPLE_TYPES.has(type) ? this.addSample(batch, event, type) : `Invalid event type ${type}`;
  }

  private addScalar(batch: OwnerBatch, event: JsonObject): string | undefined {
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
    pointsOf(batch, name).add(iter, at, value);
    if (iter > batch.highestIteration && !name.metric.startsWith(':monitor:')) {
      batch.highestIteration = iter;
    }
    return undefined;
  }

  private addLog(batch: OwnerBatch, event: JsonObject): string | undefined {
    if (typeof event['msg'] !== 'string') {
      return "Log event must have a 'msg' field";
    }
    const level = toText(event['level']).toLowerCase();
    const worker = toText(event['worker']) || this.origin.worker;
    batch.logs.push({ at: this.timeOf(event), level, worker, text: event['msg'] });
    return undefined;
  }

  private addSample(batch: OwnerBatch, event: JsonObject, type: string): string | undefined {
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

  private timeOf(event: JsonObject): number {
    const time = event['timestamp'];
    return typeof time === 'number' && Number.isFinite(time) ? Math.trunc(time) : this.origin.nowMs;
  }
}

function pointsOf({ series }: OwnerBatch, { metric, variant }: SeriesName): PointBuffer {
  let variants = series.get(metric);
  if (variants === undefined) {
    variants = new Map();
    series.set(metric, variants);
  }
  let points = variants.get(variant);
  if (points === undefined) {
    points = new PointBuffer();
    variants.set(variant, points);
  }
  return points;
}

function ownerBatch(owners: Map<string, OwnerBatch>, id: string): OwnerBatch {
  const known = owners.get(id);
  if (known !== undefined) {
    return known;
  }
  const nothing = { singleValues: [], logs: [], samples: [], eventCount: 0, highestIteration: -1 };
  const batch: OwnerBatch = { series: new Map(), ...nothing };
  owners.set(id, batch);
  return batch;
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
