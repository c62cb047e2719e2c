import type {
  DependencyEdge,
  DependencyGraph,
  DependencyNode,
  DependencyScope,
} from '../../core/dependency-graph';
import { ancestorsOf, circular, dependentsOf, named, reasonOf, type GraphJob } from './job-graph';
import { dependenciesOf, statusOf } from './job-states';
import { requireNumber, type Jobs } from './jobs';
import type { Projects } from './projects';

const LOST = 'lost:';
/** Jobs that can never run are named in a sentence, this many of them. */
const MOST_NAMED = 5;

/** What waits for what in a project, or around one job. */
export async function readGraph(
  jobs: Jobs,
  projects: Projects,
  scope: DependencyScope,
  signal: AbortSignal,
): Promise<DependencyGraph> {
  if (scope.kind === 'project') {
    const projectId = requireNumber(scope.projectId, 'project');
    const all = await readProject(jobs, projectId, signal);
    await projects.learn([projectId], signal);
    return toGraph(all, projects.nameOf(projectId) ?? `Project ${projectId}`, undefined);
  }
  const focus = await jobs.read(requireNumber(scope.taskId, 'task'), signal);
  const all = await readProject(jobs, focus.project_id, signal);
  const byId = new Map(all.map((job) => [job.id, job]));
  const shown = new Set([
    focus.id,
    ...ancestorsOf(focus.id, (id) => byId.get(id)),
    ...dependentsOf([focus.id], all),
  ]);
  return toGraph(
    all.filter(({ id }) => shown.has(id)),
    focus.name,
    focus.id,
  );
}

/** Every job of a project with what it waits for, and those of other projects that one of them waits for. */
export async function readProject(jobs: Jobs, projectId: number, signal: AbortSignal): Promise<GraphJob[]> {
  const list = await jobs.list(projectId, signal);
  const gone = await jobs.states.ensure(
    list.map(({ id }) => id),
    'links',
    signal,
  );
  const own = list
    .filter(({ id }) => !gone.has(id))
    .map(({ id, name }): GraphJob => ({ id, name, state: jobs.states.get(id) }));
  const ids = new Set(own.map(({ id }) => id));
  const others = new Map<number, GraphJob>();
  for (const { state } of own) {
    for (const { id, name } of dependenciesOf(state)) {
      if (!ids.has(id)) {
        // What it waits for itself is not looked at.
        const { word = '', readAt = 0 } = jobs.states.get(id) ?? {};
        others.set(id, { id, name, state: { word, readAt } });
      }
    }
  }
  return [...own, ...others.values()];
}

function toGraph(jobs: readonly GraphJob[], title: string, focus: number | undefined): DependencyGraph {
  const stuck = neverRunning(jobs);
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const nodes: DependencyNode[] = jobs.map(({ id, name, state }) => {
    const reason = stuck.get(id) ?? reasonOf(id, (other) => byId.get(other)) ?? state?.problem;
    return {
      id: String(id),
      label: name === '' ? String(id) : name,
      taskId: String(id),
      status: statusOf(state),
      ...(reason === undefined ? {} : { reason }),
    };
  });
  const edges: DependencyEdge[] = jobs.flatMap(({ id, state }) =>
    dependenciesOf(state).map(({ id: on }) => ({ from: String(on), to: String(id) })),
  );
  for (const { id, state } of jobs) {
    if (state?.links?.hasLost === true) {
      nodes.push({ id: `${LOST}${id}`, label: 'Deleted task', status: 'unknown', isMissing: true });
      edges.push({ from: `${LOST}${id}`, to: String(id) });
    }
  }
  return {
    title,
    nodes,
    edges,
    notes: notesOf(jobs, stuck),
    ...(focus === undefined ? {} : { focusId: String(focus) }),
  };
}

/** Jobs that no worker will ever get, with the reason: in a circle, after a deleted job, or after one of these. */
export function neverRunning(jobs: readonly GraphJob[]): Map<number, string> {
  const waiting = jobs.filter(({ state }) => isHeld(state?.word));
  const found = new Map<number, string>();
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const circle = circular(waiting);
  const roots: GraphJob[] = [];
  for (const job of waiting) {
    if (circle.has(job.id)) {
      found.set(job.id, `can never run: it waits in a circle, for ${circleWords(job, circle)}`);
      roots.push(job);
    } else if (job.state?.links?.hasLost === true) {
      found.set(job.id, 'can never run: a task that it waits for was deleted');
      roots.push(job);
    }
  }
  for (const root of roots) {
    for (const id of dependentsOf([root.id], waiting)) {
      if (!found.has(id) && byId.has(id)) {
        found.set(id, `can never run: it waits for ${named(root)}, which cannot`);
      }
    }
  }
  return found;
}

function circleWords({ id, state }: GraphJob, circle: ReadonlySet<number>): string {
  return dependenciesOf(state)
    .filter((on) => circle.has(on.id))
    .map((on) => (on.id === id ? 'itself' : named(on)))
    .join(', ');
}

/** Only jobs that no worker has taken yet are held back by what they wait for. */
function isHeld(word = ''): boolean {
  return ['pending', 'blocked'].includes(word.toLowerCase());
}

function notesOf(jobs: readonly GraphJob[], stuck: ReadonlyMap<number, string>): string[] {
  const notes: string[] = [];
  if (stuck.size > 0) {
    const some = jobs.filter(({ id }) => stuck.has(id)).slice(0, MOST_NAMED);
    const rest = stuck.size - some.length;
    const list = [...some.map(named), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
    notes.push(`${stuck.size === 1 ? '1 task' : `${stuck.size} tasks`} can never run: ${list}.`);
  }
  if (jobs.some(({ state }) => state?.links?.hasLost === true)) {
    notes.push('The server does not tell which tasks were deleted.');
  }
  const unread = jobs.filter(({ state }) => (state?.word ?? '') === '').length;
  if (unread > 0) {
    notes.push(`The server did not tell the status of ${unread === 1 ? '1 task' : `${unread} tasks`}.`);
  }
  return notes;
}
