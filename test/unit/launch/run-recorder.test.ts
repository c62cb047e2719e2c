import assert from 'node:assert/strict';
import type { Backend } from '../../../src/backends/contract';
import type { RecordAbility, RecordedTask } from '../../../src/backends/launch-contract';
import { TracksideError } from '../../../src/core/errors';
import { silentLogger } from '../../../src/core/logger';
import type { StepReport } from '../../../src/core/run-recording';
import type { SeriesDelta } from '../../../src/core/series';
import type { TaskStatus } from '../../../src/core/status';
import { RunRecorder, type Recording } from '../../../src/features/launch/run-recorder';
import { ManualClock } from '../../fakes/manual-clock';
import { fakeTask } from '../../fakes/memory-backend';

const BEGUN: Recording = { localTaskId: 'l1', connectionId: 'c1', taskId: '7', told: {} };

function delta(metric: string, variant: string, points: readonly (readonly [number, number])[]): SeriesDelta {
  return {
    name: { metric, variant },
    mode: 'append',
    fidelity: { kind: 'exact' },
    steps: Float64Array.from(points, ([step]) => step),
    times: new Float64Array(points.length),
    values: Float64Array.from(points, ([, value]) => value),
  };
}

/** More than the server takes in minutes. */
function manyPoints(): SeriesDelta {
  return delta(
    'loss',
    'loss',
    Array.from({ length: 200 }, (_, step) => [step, 1] as const),
  );
}

/** A run on this machine and a server, both in memory. */
class Bench implements RecordAbility {
  readonly reportsPerMinute = 60;
  readonly clock = new ManualClock();
  readonly told: Omit<StepReport, 'told'>[] = [];
  readonly saved: Recording[] = [];
  /** Read by the next look. */
  news: SeriesDelta[] = [];
  status: TaskStatus = 'running';
  statusThere: TaskStatus | undefined;
  end: string | undefined;
  failure: TracksideError | undefined;
  stops = 0;
  confirmations = 0;
  /** Another run has its id. */
  isReplaced = false;
  ends = 0;

  start(recording = BEGUN): RunRecorder {
    const take = (): Promise<SeriesDelta[]> => Promise.resolve(this.news.splice(0));
    const local: Pick<Backend, 'series' | 'getTasks'> = {
      getTasks: () => Promise.resolve([fakeTask('l1', { status: this.status })]),
      series: {
        list: () => Promise.resolve([]),
        async *read() {
          yield* await take();
          return 'cursor';
        },
      },
    };
    return new RunRecorder({
      recording,
      local: () => Promise.resolve(local),
      remote: () => Promise.resolve(this),
      statusThere: () => this.statusThere,
      stopLocal: () => {
        this.stops += 1;
        this.status = 'stopped';
        return Promise.resolve();
      },
      save: (saving) => {
        this.saved.push(saving);
        return Promise.resolve();
      },
      onEnd: () => (this.ends += 1),
      clock: this.clock,
      logger: silentLogger,
    });
  }

  create(): Promise<RecordedTask> {
    return Promise.resolve({ taskId: '7' });
  }

  confirm(): Promise<void> {
    this.confirmations += 1;
    return this.isReplaced
      ? Promise.reject(new TracksideError('notFound', 'It was deleted.', ''))
      : Promise.resolve();
  }

  report(_taskId: string, { step, values }: StepReport): Promise<void> {
    if (this.failure) {
      return Promise.reject(this.failure);
    }
    this.told.push({ step, values });
    return Promise.resolve();
  }

  finish(_taskId: string, status: string): Promise<void> {
    this.end = status;
    return Promise.resolve();
  }
}

describe('Recording a run of this machine on a server', () => {
  let bench: Bench;
  beforeEach(() => (bench = new Bench()));

  it('tells one step per report, lowest first, and the end last', async () => {
    bench.news = [
      delta('loss', 'train', [
        [2, 0.5],
        [1, 0.9],
      ]),
      delta('lr', 'lr', [[1, 0.1]]),
    ];
    bench.status = 'completed';
    bench.start();
    await bench.clock.advance(10_000);
    assert.deepEqual(bench.told, [
      { step: 1, values: { train_loss: 0.9, lr: 0.1 } },
      { step: 2, values: { train_loss: 0.5 } },
    ]);
    assert.deepEqual([bench.end, bench.ends], ['completed', 1]);
  });

  it('keeps to what the server takes in a minute', async () => {
    bench.news = [manyPoints()];
    const recorder = bench.start();
    await bench.clock.advance(60_000);
    assert.ok(bench.told.length > 50 && bench.told.length <= 61, `${bench.told.length}`);
    assert.equal(bench.end, undefined);
    recorder.dispose();
  });

  it('loses nothing while the server is away', async () => {
    bench.failure = new TracksideError('unreachable', 'Nobody is there.', '');
    bench.news = [delta('loss', 'loss', [[1, 1]])];
    bench.status = 'failed';
    bench.start();
    await bench.clock.advance(120_000);
    assert.deepEqual([bench.told, bench.end], [[], undefined]);
    bench.failure = undefined;
    await bench.clock.advance(120_000);
    assert.deepEqual([bench.told.length, bench.end, bench.ends], [1, 'failed', 1]);
  });

  it('goes on where the window before stopped, and leaves out what is not a number', async () => {
    bench.news = [
      delta('loss', 'loss', [
        [1, 1],
        [2, 2],
        [3, Number.NaN],
        [4, 4],
      ]),
    ];
    const recorder = bench.start({ ...BEGUN, told: { '["loss","loss"]': 1 } });
    await bench.clock.advance(20_000);
    assert.deepEqual(
      bench.told.map(({ step }) => step),
      [2, 4],
    );
    assert.deepEqual(bench.saved.at(-1)?.told, { '["loss","loss"]': 4 });
    recorder.dispose();
  });

  it('stops the script when its run is marked as ended there, but not for a run before of the same id', async () => {
    bench.statusThere = 'completed';
    bench.start();
    await bench.clock.advance(10_000);
    assert.equal(bench.stops, 0);
    bench.statusThere = 'running';
    await bench.clock.advance(5_000);
    bench.statusThere = 'stopped';
    await bench.clock.advance(10_000);
    assert.deepEqual([bench.stops, bench.end, bench.ends], [1, 'stopped', 1]);
  });

  it('tells nothing to another run that got its id, and does not stop because of it', async () => {
    bench.statusThere = 'running';
    bench.news = [delta('loss', 'loss', [[1, 1]])];
    bench.start();
    await bench.clock.advance(10_000);
    assert.equal(bench.told.length, 1);
    bench.isReplaced = true;
    bench.statusThere = 'completed';
    bench.news = [delta('loss', 'loss', [[2, 1]])];
    await bench.clock.advance(60_000);
    assert.deepEqual([bench.told.length, bench.stops, bench.end, bench.ends], [1, 0, undefined, 1]);
  });

  it('asks rarely whether the run is still the same', async () => {
    bench.news = [manyPoints()];
    const recorder = bench.start();
    await bench.clock.advance(90_000);
    assert.ok(bench.told.length > 80, `${bench.told.length} reports`);
    assert.ok(bench.confirmations >= 3 && bench.confirmations <= 4, `${bench.confirmations} times`);
    recorder.dispose();
  });

  it('ends when the run was deleted there', async () => {
    bench.failure = new TracksideError('notFound', 'Run not found', '');
    bench.news = [delta('loss', 'loss', [[1, 1]])];
    bench.start();
    await bench.clock.advance(10_000);
    assert.deepEqual([bench.ends, bench.end], [1, undefined]);
  });
});
