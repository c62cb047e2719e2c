import assert from 'node:assert/strict';
import type { ClearMlBackend } from '../../../src/backends/clearml/clearml-backend';
import { seriesKey, type SeriesColumns, type SeriesDelta } from '../../../src/core/series';
import { SINGLE_VALUE_STEP } from '../../../src/features/metrics/panel-contract';
import type { ContractState } from './backend-contract';
import { noSignal } from './contract-server';

interface Held {
  readonly steps: number[];
  readonly values: number[];
}

/** Applies deltas as a panel does. */
async function readAll(
  backend: ClearMlBackend,
  taskId: string,
  cursor: string | undefined,
  held: Map<string, Held>,
): Promise<{ cursor: string; deltas: SeriesDelta[] }> {
  const deltas: SeriesDelta[] = [];
  const reading = backend.series.read(taskId, cursor, noSignal());
  for (;;) {
    const step = await reading.next();
    if (step.done === true) {
      return { cursor: step.value, deltas };
    }
    deltas.push(step.value);
    const key = seriesKey(step.value.name);
    const before = step.value.mode === 'append' ? held.get(key) : undefined;
    held.set(key, {
      steps: [...(before?.steps ?? []), ...step.value.steps],
      values: [...(before?.values ?? []), ...step.value.values],
    });
  }
}

export function describeSeriesContract(state: () => ContractState): void {
  it('reads values without a step as points of their own, once and when they change', async () => {
    const { backend, seed } = state();
    const id = await seed.task({ name: 'with single values' });
    await seed.call('tasks.started', { task: id });
    await seed.scalars(id, 'loss', 'train', [[1, 0.5]]);
    await seed.scalars(id, 'Summary', 'best', [[SINGLE_VALUE_STEP, 0.75]]);
    const held = new Map<string, Held>();
    const best = seriesKey({ metric: 'Summary', variant: 'best' });
    const first = await readAll(backend, id, undefined, held);
    assert.deepEqual(held.get(best), { steps: [SINGLE_VALUE_STEP], values: [0.75] });
    assert.equal(held.size, 2);
    assert.deepEqual((await readAll(backend, id, first.cursor, held)).deltas, []);
    await new Promise((resolve) => setTimeout(resolve, 5)); // a report at another time
    await seed.scalars(id, 'Summary', 'best', [[SINGLE_VALUE_STEP, 0.875]]);
    const changed = await readAll(backend, id, first.cursor, held);
    assert.deepEqual(held.get(best), { steps: [SINGLE_VALUE_STEP], values: [0.875] });
    assert.equal(changed.deltas.length, 1);
    await seed.call('tasks.stopped', { task: id });
    await seed.call('tasks.reset', { task: id });
    await readAll(backend, id, changed.cursor, held);
    assert.deepEqual(held.get(best), { steps: [], values: [] });
  });

  it('reads every point once and then only what changed', async () => {
    const { backend, seed, server } = state();
    const id = await seed.task({ name: 'with curves' });
    await seed.call('tasks.started', { task: id });
    await seed.scalars(id, 'loss', 'train', [
      [1, 0.5],
      [2, 0.25],
      [3, 0.125],
    ]);
    await seed.scalars(id, 'loss', 'val', [[1, 1]]);
    await seed.scalars(id, 'lr', 'lr', [[1, 0.75]]);
    const held = new Map<string, Held>();
    const first = await readAll(backend, id, undefined, held);
    const train = seriesKey({ metric: 'loss', variant: 'train' });
    assert.deepEqual(held.get(train), { steps: [1, 2, 3], values: [0.5, 0.25, 0.125] });
    assert.equal(held.size, 3);
    const same = await readAll(backend, id, first.cursor, held);
    assert.equal(same.deltas.length, 0);
    await seed.scalars(id, 'loss', 'train', [[4, 0.0625]]);
    const more = await readAll(backend, id, same.cursor, held);
    assert.deepEqual(held.get(train), { steps: [1, 2, 3, 4], values: [0.5, 0.25, 0.125, 0.0625] });
    // Servers before API 2.31 count no reports, so that all is read again when the task is further.
    const isCounted = server.apiMinor >= 31;
    assert.equal(
      more.deltas.some((delta) => delta.name.metric !== 'loss'),
      !isCounted,
    );
    // Servers before API 2.16 give means, which for so few points are the points.
    const isExact = isCounted || server.apiMinor >= 16;
    assert.equal(
      more.deltas.every(({ fidelity }) => fidelity.kind === 'exact'),
      isExact,
    );
  });

  it('notices a report that changes neither the value nor the place of a series', async () => {
    const { backend, seed } = state();
    const id = await seed.task({ name: 'with a constant' });
    await seed.call('tasks.started', { task: id });
    await seed.scalars(id, 'lr', 'lr', [[1, 0.5]]);
    const held = new Map<string, Held>();
    const { cursor } = await readAll(backend, id, undefined, held);
    await seed.scalars(id, 'lr', 'lr', [[2, 0.5]]);
    await readAll(backend, id, cursor, held);
    assert.deepEqual(held.get(seriesKey({ metric: 'lr', variant: 'lr' })), {
      steps: [1, 2],
      values: [0.5, 0.5],
    });
    await seed.call('tasks.stopped', { task: id });
  });

  it('gives totals without points', async () => {
    const { backend, seed, server } = state();
    const id = await seed.task({ name: 'with totals' });
    await seed.scalars(id, 'acc', 'val', [
      [1, 0.25],
      [2, 0.75],
      [3, 0.5],
    ]);
    const [summary] = await backend.series.list(id, noSignal());
    assert.deepEqual(summary?.name, { metric: 'acc', variant: 'val' });
    assert.equal(summary.pointCount, server.apiMinor < 31 ? undefined : 3);
    assert.deepEqual([summary.last, summary.min, summary.max], [0.5, 0.25, 0.75]);
  });

  it('forgets the curves of a task that was reset', async () => {
    const { backend, seed } = state();
    const id = await seed.task({ name: 'reset later' });
    await seed.call('tasks.started', { task: id });
    await seed.scalars(id, 'loss', 'train', [
      [1, 1],
      [2, 2],
    ]);
    const held = new Map<string, Held>();
    const { cursor } = await readAll(backend, id, undefined, held);
    await seed.call('tasks.reset', { task: id });
    await readAll(backend, id, cursor, held);
    assert.deepEqual(held.get(seriesKey({ metric: 'loss', variant: 'train' })), { steps: [], values: [] });
  });

  it('gives columns of one length, and says truly which may be handed to another thread', async () => {
    const { backend, seed } = state();
    const id = await seed.task({ name: 'transferable' });
    // Long enough that the answer gets a buffer of its own, where one may be handed over.
    const points = Array.from({ length: 400 }, (_, step): [number, number] => [step, step / 2]);
    await seed.scalars(id, 'a', 'a', points);
    await seed.scalars(id, 'b', 'b', points);
    const { deltas } = await readAll(backend, id, undefined, new Map());
    const columns = ({ steps, times, values }: SeriesColumns): Float64Array[] => [steps, times, values];
    assert.equal(deltas.length, 2);
    assert.ok(deltas.flatMap(columns).every(({ length }) => length === points.length));
    const handedOver = deltas.filter(({ isHandedOver }) => isHandedOver === true);
    const kept = deltas.filter((delta) => !handedOver.includes(delta));
    const transfer = [...new Set(handedOver.flatMap(columns).map(({ buffer }) => buffer as ArrayBuffer))];
    const moved = structuredClone(handedOver, { transfer });
    for (const { values } of [...moved, ...kept]) {
      assert.deepEqual(
        [...values],
        points.map(([, value]) => value),
      );
    }
  });

  it('reads the console from the beginning, page by page, then only what is new', async () => {
    const { backend, seed } = state();
    const id = await seed.task({ name: 'talking' });
    const start = Date.now();
    const line = (msg: string, at: number): object => ({
      type: 'log',
      task: id,
      msg,
      timestamp: at,
      level: 'INFO',
    });
    await seed.events(
      Array.from({ length: 25 }, (_, index) => line(`line ${index}\n`, start + Math.floor(index / 2))),
    );
    const texts: string[] = [];
    let cursor: string | undefined;
    const drain = async (): Promise<void> => {
      for (let pages = 0, hasMore = true; hasMore; pages += 1) {
        assert.ok(pages < 50, 'the console never ends');
        const page = await backend.console.read(id, cursor, 10, noSignal());
        texts.push(...page.chunks.map(({ text }) => text));
        cursor = page.cursor;
        hasMore = page.hasMore;
      }
    };
    await drain();
    assert.equal(texts.join(''), Array.from({ length: 25 }, (_, index) => `line ${index}\n`).join(''));
    await drain();
    assert.equal(texts.length, 25);
    await seed.events([
      line('line 24\n', start + 12),
      line('same\n', start + 13),
      line('same\n', start + 13),
    ]);
    await drain();
    assert.deepEqual(texts.slice(25), ['line 24\n', 'same\n', 'same\n']);
  });

  it('reads the end of the console alone, in the order it was printed', async () => {
    const { backend, seed } = state();
    const id = await seed.task({ name: 'ended' });
    const at = Date.now();
    await seed.events(
      Array.from({ length: 40 }, (_, index) => ({
        type: 'log',
        task: id,
        msg: `line ${index}`,
        timestamp: at + Math.floor(index / 3),
        level: 'INFO',
      })),
    );
    const end = (await backend.console.readEnd?.(id, 10, noSignal())) ?? [];
    assert.deepEqual(
      end.map(({ text }) => text),
      Array.from({ length: 10 }, (_, index) => `line ${30 + index}`),
    );
  });
}
