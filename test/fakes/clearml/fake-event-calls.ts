import { FakeError, isRow, textIn, textsIn, type Row } from './fake-error';
import type { Handler } from './fake-task-calls';
import type { FakeOutput, FakeScalar, FakeWorld, Personality } from './fake-world';

/** Metrics and console. The document knows averages only. */
export function eventCalls(world: FakeWorld, personality: Personality): Record<string, Handler> {
  const calls: Record<string, Handler> = {
    'events.get_task_log': (data) => readLog(world, data),
    'events.get_task_plots': (data) => readPlots(world, data),
    'events.scalar_metrics_iter_histogram': (data) => histogram(world, data),
  };
  if (personality === 'real') {
    calls['events.debug_images'] = (data) => readImages(world, data);
    calls['events.scalar_metrics_iter_raw'] = (data) => readRaw(world, data);
  }
  return calls;
}

/** Takes one event as `events.add_batch` gets it. */
export function addEvent(world: FakeWorld, event: Row): void {
  const task = world.task(textIn(event, 'task'));
  const kind = textIn(event, 'type');
  task.lastUpdate = world.now();
  if (kind === 'log') {
    const logs = world.logs.get(task.id) ?? [];
    logs.push({
      timestamp: numberIn(event, 'timestamp') ?? world.now(),
      worker: 'worker',
      msg: textIn(event, 'msg'),
      level: 'INFO',
    });
    world.logs.set(task.id, logs);
    return;
  }
  if (kind === 'plot' || kind === 'training_debug_image') {
    addOutput(world, task.id, kind, event);
    return;
  }
  const scalar: FakeScalar = {
    metric: textIn(event, 'metric'),
    variant: textIn(event, 'variant'),
    iter: numberIn(event, 'iter') ?? 0,
    value: numberIn(event, 'value') ?? 0,
  };
  task.lastIteration = Math.max(task.lastIteration, scalar.iter);
  const scalars = world.scalars.get(task.id) ?? [];
  const same = scalars.findIndex(
    ({ metric, variant, iter }) =>
      metric === scalar.metric && variant === scalar.variant && iter === scalar.iter,
  );
  scalars.splice(same < 0 ? scalars.length : same, same < 0 ? 0 : 1, scalar);
  world.scalars.set(task.id, scalars);
}

/** The same name and iteration overwrites. */
function addOutput(world: FakeWorld, taskId: string, type: FakeOutput['type'], event: Row): void {
  const added: FakeOutput = {
    type,
    metric: textIn(event, 'metric'),
    variant: textIn(event, 'variant'),
    iter: numberIn(event, 'iter') ?? 0,
    event: { timestamp: world.now(), ...event },
  };
  const others = (world.outputs.get(taskId) ?? []).filter(
    (output) =>
      output.type !== type ||
      output.metric !== added.metric ||
      output.variant !== added.variant ||
      output.iter !== added.iter,
  );
  world.outputs.set(taskId, [...others, added]);
}

/** The last `iters` iterations of every single plot. */
function readPlots(world: FakeWorld, data: Row): Row {
  const { id } = world.task(textIn(data, 'task'));
  const all = (world.outputs.get(id) ?? []).filter(({ type }) => type === 'plot');
  const keyOf = ({ metric, variant }: FakeOutput): string => JSON.stringify([metric, variant]);
  const plots = [...new Set(all.map(keyOf))].flatMap((key) =>
    newest(
      all.filter((plot) => keyOf(plot) === key),
      numberIn(data, 'iters') ?? 1,
    ),
  );
  return {
    plots: plots.map(({ event }) => event),
    returned: plots.length,
    total: plots.length,
    scroll_id: null,
  };
}

/** The last `iters` iterations of every metric, whatever its variants. */
function readImages(world: FakeWorld, data: Row): Row {
  const wanted = Array.isArray(data['metrics']) ? data['metrics'].filter(isRow) : [];
  const metrics = wanted.map((entry) => {
    const { id } = world.task(textIn(entry, 'task'));
    const all = (world.outputs.get(id) ?? []).filter(({ type }) => type === 'training_debug_image');
    const names = [...new Set(all.map(({ metric }) => metric))];
    const kept = names.flatMap((name) =>
      newest(
        all.filter(({ metric }) => metric === name),
        numberIn(data, 'iters') ?? 1,
      ),
    );
    const iters = [...new Set(kept.map(({ iter }) => iter))].sort((a, b) => b - a);
    return {
      task: id,
      iterations: iters.map((iter) => ({
        iter,
        events: kept.filter((image) => image.iter === iter).map(({ event }) => event),
      })),
    };
  });
  return { metrics, scroll_id: 'images' };
}

function newest(outputs: readonly FakeOutput[], iterations: number): readonly FakeOutput[] {
  const kept = [...new Set(outputs.map(({ iter }) => iter))].sort((a, b) => b - a).slice(0, iterations);
  return outputs.filter(({ iter }) => kept.includes(iter));
}

function numberIn(data: Row, key: string): number | undefined {
  const value = data[key];
  return typeof value === 'number' ? value : undefined;
}

function readLog(world: FakeWorld, data: Row): Row {
  const { id } = world.task(textIn(data, 'task'));
  const from = numberIn(data, 'from_timestamp') ?? 0;
  const size = numberIn(data, 'batch_size') ?? 5000;
  const isBackward = data['navigate_earlier'] !== false;
  const sorted = [...(world.logs.get(id) ?? [])].sort((a, b) => a.timestamp - b.timestamp);
  // Times are sorted, and nothing else: lines of one millisecond stay as they came, also newest first.
  const inOrder = isBackward
    ? sorted.toSorted((a, b) => b.timestamp - a.timestamp)
    : sorted.filter(({ timestamp }) => timestamp > from);
  const wanted = inOrder.slice(0, size);
  const last = wanted.at(-1)?.timestamp;
  // Everything of the last millisecond comes along, beyond the size of the batch.
  const rest = inOrder.filter((event) => event.timestamp === last && !wanted.includes(event));
  const found = [...wanted, ...rest];
  const isTurned = typeof data['order'] === 'string' && (data['order'] === 'desc') !== isBackward;
  const events = isTurned ? found.toReversed() : found;
  return { events, returned: events.length, total: Math.min(sorted.length, 10_000) };
}

function readRaw(world: FakeWorld, data: Row): Row {
  const { id } = world.task(textIn(data, 'task'));
  const metric = isRow(data['metric']) ? textIn(data['metric'], 'metric') : '';
  if (metric === '') {
    throw new FakeError(400, 12, 'Validation error (field=metric)');
  }
  const size = numberIn(data, 'batch_size') ?? 10_000;
  const offset = Number(data['scroll_id'] ?? 0);
  const all = (world.scalars.get(id) ?? []).filter((scalar) => scalar.metric === metric);
  const page = [...all].sort((a, b) => a.iter - b.iter).slice(offset, offset + size);
  const variants: Record<string, { y: number[]; iter: number[] }> = {};
  for (const { variant, value, iter } of page) {
    const points = (variants[variant] ??= { y: [], iter: [] });
    points.y.push(world.hasShortFloats ? Math.fround(value) : value);
    points.iter.push(iter);
  }
  return { variants, returned: page.length, total: null, scroll_id: String(offset + page.length) };
}

/** Means of at most `samples` buckets, each at the beginning of its bucket. */
function histogram(world: FakeWorld, data: Row): Row {
  const { id } = world.task(textIn(data, 'task'));
  const samples = numberIn(data, 'samples') ?? 2000;
  if (samples > 6000) {
    throw new FakeError(400, 12, 'Validation error (field=samples)');
  }
  const wanted = (Array.isArray(data['metrics']) ? data['metrics'] : []).flatMap((entry: unknown) =>
    isRow(entry) ? textsIn(entry, 'metric') : [],
  );
  const found: Record<string, Record<string, Row>> = {};
  for (const scalar of world.scalars.get(id) ?? []) {
    if (wanted.length === 0 || wanted.includes(scalar.metric)) {
      const variants = (found[scalar.metric] ??= {});
      variants[scalar.variant] ??= buckets(world.scalars.get(id) ?? [], scalar, samples);
    }
  }
  return found;
}

function buckets(all: readonly FakeScalar[], { metric, variant }: FakeScalar, samples: number): Row {
  const own = all.filter((scalar) => scalar.metric === metric && scalar.variant === variant);
  const steps = own.map(({ iter }) => iter);
  const first = steps.reduce((low, step) => Math.min(low, step), Number.POSITIVE_INFINITY);
  const last = steps.reduce((high, step) => Math.max(high, step), Number.NEGATIVE_INFINITY);
  const width = Math.max(1, Math.ceil((last - first + 1) / samples));
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { iter, value } of own) {
    const x = first + Math.floor((iter - first) / width) * width;
    const { sum, count } = sums.get(x) ?? { sum: 0, count: 0 };
    sums.set(x, { sum: sum + value, count: count + 1 });
  }
  const sorted = [...sums].sort(([a], [b]) => a - b);
  return { name: variant, x: sorted.map(([x]) => x), y: sorted.map(([, { sum, count }]) => sum / count) };
}
