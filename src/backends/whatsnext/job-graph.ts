import { dependenciesOf, statusOf, type JobLinks, type JobState } from './job-states';

/** One job among those it is looked at with. */
export interface GraphJob {
  readonly id: number;
  readonly name: string;
  readonly state: JobState | undefined;
}

export type FindJob = (id: number) => GraphJob | undefined;

/** The ids of all jobs that wait, directly or over others, for one of these. */
export function dependentsOf(roots: Iterable<number>, jobs: Iterable<GraphJob>): Set<number> {
  const waiting = new Map<number, number[]>();
  for (const { id, state } of jobs) {
    for (const { id: on } of dependenciesOf(state)) {
      waiting.set(on, [...(waiting.get(on) ?? []), id]);
    }
  }
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

/** The failed job behind a blocked one; undefined when none of those it waits for has failed any more. */
export function blockerOf(id: number, find: FindJob): GraphJob | undefined {
  const seen = new Set([id]);
  const open = [id];
  for (let current = open.shift(); current !== undefined; current = open.shift()) {
    for (const { id: on, name } of dependenciesOf(find(current)?.state)) {
      const job = find(on) ?? { id: on, name, state: undefined };
      const status = statusOf(job.state);
      if (status === 'failed') {
        return job;
      }
      if (status === 'blocked' && !seen.has(on)) {
        seen.add(on);
        open.push(on);
      }
    }
  }
  return undefined;
}

/** Why a job is not running, as far as what is known tells; undefined when there is nothing to say. */
export function reasonOf(id: number, find: FindJob): string | undefined {
  const state = find(id)?.state;
  if (state?.links === undefined) {
    return undefined;
  }
  const status = statusOf(state);
  if (status === 'blocked') {
    const blocker = blockerOf(id, find);
    return blocker === undefined
      ? 'blocked, though nothing it waits for has failed now: it must be enqueued again'
      : `blocked by ${named(blocker)}, which failed`;
  }
  return status === 'queued' ? waitingReason(id, state.links, find) : undefined;
}

function waitingReason(id: number, links: JobLinks, find: FindJob): string | undefined {
  if (links.hasLost) {
    return 'can never run: a task that it waits for was deleted';
  }
  if (links.dependencies.some(({ id: on }) => on === id)) {
    return 'can never run: it waits for itself';
  }
  const awaited = links.dependencies.filter(({ id: on }) => statusOf(find(on)?.state) !== 'completed');
  const [first] = awaited;
  const more = awaited.length > 1 ? ` and ${awaited.length - 1} more` : '';
  return first === undefined ? undefined : `waits for ${named(first)}${more}`;
}
