import type { DetailAbility } from '../../../src/backends/contract';
import type { SeriesAbility } from '../../../src/backends/series-contract';
import type { Task } from '../../../src/core/entities';
import type { TracksideError } from '../../../src/core/errors';
import type { SeriesSummary } from '../../../src/core/series';
import type { TaskDetails } from '../../../src/core/task-details';
import { fakeTask, MemoryBackend } from '../../fakes/memory-backend';

/** A server in memory that also says what its tasks are made of and reported. */
export class ComparedServer extends MemoryBackend {
  readonly made = new Map<string, TaskDetails>();
  readonly reported = new Map<string, readonly SeriesSummary[]>();
  /** What reading the details of a task answers instead. */
  readonly broken = new Map<string, TracksideError>();

  readonly details: DetailAbility = {
    read: (id) => {
      this.calls.push(`details ${id}`);
      const failure = this.broken.get(id);
      return failure === undefined
        ? Promise.resolve(this.made.get(id) ?? details())
        : Promise.reject(failure);
    },
  };

  /** Undefined: a server that keeps no curves. */
  series?: SeriesAbility = {
    list: (id) => {
      this.calls.push(`series ${id}`);
      return Promise.resolve(this.reported.get(id) ?? []);
    },
    read: () => {
      throw new Error('A comparison reads no points.');
    },
  };

  readonly console = {
    read: () => Promise.resolve({ chunks: [], cursor: '', hasMore: false }),
  };

  /** A run with these parameters (section `Args`) and last values. */
  run(
    id: string,
    parameters: Readonly<Record<string, string>>,
    metrics: Readonly<Record<string, number>> = {},
    over: Partial<Task> = {},
  ): void {
    this.put(fakeTask(id, over));
    this.made.set(
      id,
      details({
        parameters: Object.entries(parameters).map(([name, value]) => ({ section: 'Args', name, value })),
      }),
    );
    this.reported.set(
      id,
      Object.entries(metrics).map(([metric, last]) => ({
        name: { metric, variant: metric },
        pointCount: 1,
        last,
        min: last / 2,
        max: last * 2,
      })),
    );
  }
}

/** What a task is made of: nothing but what is given. */
export function details(over: Partial<TaskDetails> = {}): TaskDetails {
  return { code: {}, parameters: [], configurations: [], artifacts: [], models: [], ...over };
}
