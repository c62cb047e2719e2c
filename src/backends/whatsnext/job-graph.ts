import { dependenciesOf, statusOf, type JobLinks, type JobState } from './job-states';

/** One job among those it is looked at with. */
export interface GraphJob {
  readonly id: number;
  readonly name: string;
  readonly state: JobState | undefined;
}

export type FindJob = (id: number) => GraphJob | undefined;

/** Who waits directly for each job. */
export function waitersOf(jobs: Iterable<GraphJob>): ReadonlyMap<number, readonly number[]> {
  const waiting = new Map<number, number[]>();
  for (const { id, state } of jobs) {
    for (const { id: on } of dependenciesOf(state)) {
      const same = waiting.get(on);
      if (same === undefined) {
        waiting.set(on, [id]);
      } else {
        same.push(id);
      }
    }
  }
  return waiting;
}

/** The ids of all jobs that wait, directly or over others, for one of these. */
export function dependentsOf(roots: Iterable<number>, jobs: Iterable<GraphJob>): Set<number> {
  const waiting = waitersOf(jobs);
  const found = new Set<number>();
  const open = [...roots];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of waiting.get(id) ?? []) {
      if (!found.has(next)) {
        found.add(next);
        open.push(next);
      }
    }
  }
  return found;
}

/** Everything that a job waits for, directly or over others. */
export function ancestorsOf(root: number, find: FindJob): Set<number> {
  const found = new Set<number>();
  const open = [root];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const { id: on } of dependenciesOf(find(id)?.state)) {
      if (!found.has(on)) {
        found.add(on);
        open.push(on);
      }
    }
  }
  return found;
}

/**
 * Jobs in a circle: what is left when everything that nothing in the rest waits for, or that waits for nothing in the
 * rest, is taken away again and again. Between two circles a job that connects them is left too, and can never run
 * either.
 */
export function circular(jobs: readonly GraphJob[]): Set<number> {
  const forward = new Map<number, number[]>(jobs.map(({ id }) => [id, []]));
  const backward = new Map<number, number[]>(jobs.map(({ id }) => [id, []]));
  for (const { id, state } of jobs) {
    for (const { id: on } of dependenciesOf(state)) {
      if (forward.has(on)) {
        forward.get(id)?.push(on);
        backward.get(on)?.push(id);
      }
    }
  }
  return peeled(peeled(new Set(forward.keys()), forward, backward), backward, forward);
}

/** What is left after taking away, again and again, what has no edge in `out` to the rest. */
function peeled(
  all: ReadonlySet<number>,
  out: ReadonlyMap<number, readonly number[]>,
  back: ReadonlyMap<number, readonly number[]>,
): Set<number> {
  const left = new Set(all);
  const degrees = new Map(
    [...all].map((id) => [id, (out.get(id) ?? []).filter((other) => left.has(other)).length]),
  );
  const open = [...all].filter((id) => degrees.get(id) === 0);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    left.delete(id);
    for (const other of back.get(id) ?? []) {
      if (left.has(other)) {
        const degree = (degrees.get(other) ?? 0) - 1;
        degrees.set(other, degree);
        if (degree === 0) {
          open.push(other);
        }
      }
    }
  }
  return left;
}

/** `42 “prepare”`. */
export function named({ id, name }: { readonly id: number; readonly name: string }): string {
  return name === '' ? String(id) : `${id} “${name}”`;
}

/** The failed job behind a blocked one; `unread` where a job on the way to it has not been read. */
export type Blocker = GraphJob | 'unread';

/**
 * What blocks each blocked job, the nearest first; absent for those of which nothing that they wait for has failed any
 * more. In one walk for all of them, since chains may be long and many jobs may wait for their ends.
 */
export function blockersOf(jobs: Iterable<GraphJob>): ReadonlyMap<number, Blocker> {
  const all = [...jobs];
  const blocked = new Set(all.filter(({ state }) => statusOf(state) === 'blocked').map(({ id }) => id));
  const waiters = waitersOf(all);
  const found = new Map<number, Blocker>();
  const spread = (sources: readonly GraphJob[], sign: (source: GraphJob) => Blocker): void => {
    const open = sources.map(({ id }, at) => [id, at] as const);
    for (const [id, at] of open) {
      const source = sources[at];
      for (const waiter of waiters.get(id) ?? []) {
        if (source !== undefined && blocked.has(waiter) && !found.has(waiter)) {
          found.set(waiter, sign(source));
          open.push([waiter, at]);
        }
      }
    }
  };
  spread(
    all.filter(({ state }) => statusOf(state) === 'failed'),
    (job) => job,
  );
  spread(
    all.filter(
      ({ id, state }) => state?.word === undefined || (blocked.has(id) && state.links === undefined),
    ),
    () => 'unread',
  );
  return found;
}

/** Why a job is not running, as far as what is known tells; undefined when there is nothing to say. */
export function reasonOf(
  id: number,
  find: FindJob,
  blockers: ReadonlyMap<number, Blocker>,
): string | undefined {
  const state = find(id)?.state;
  if (state?.links === undefined) {
    return undefined;
  }
  const status = statusOf(state);
  if (status === 'blocked') {
    return blockedWords(blockers.get(id));
  }
  return status === 'queued' ? waitingReason(id, state.links, find) : undefined;
}

function blockedWords(blocker: Blocker | undefined): string {
  if (blocker === undefined) {
    return 'blocked, though nothing it waits for has failed now: it must be enqueued again';
  }
  return blocker === 'unread'
    ? 'blocked by a failed task further up'
    : `blocked by ${named(blocker)}, which failed`;
}

function waitingReason(id: number, links: JobLinks, find: FindJob): string | undefined {
  if (links.hasLost) {
    return 'can never run: a task that it waits for was deleted';
  }
  if (links.dependencies.some(({ id: on }) => on === id)) {
    return 'can never run: it waits for itself';
  }
  const awaited = links.dependencies.filter(({ id: on }) => statusOf(find(on)?.state) !== 'completed');
  // Some versions block what waits for a failed job only when a worker next asks for work.
  const failed = awaited.find(({ id: on }) => statusOf(find(on)?.state) === 'failed');
  const first = failed ?? awaited[0];
  const fate = failed === undefined ? '' : ', which failed';
  const more = awaited.length > 1 ? ` and ${awaited.length - 1} more` : '';
  return first === undefined ? undefined : `waits for ${named(first)}${fate}${more}`;
}
