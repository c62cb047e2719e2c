import type {
  DependencyEdge,
  DependencyGraph,
  DependencyNode,
  DependencyScope,
} from '../../core/dependency-graph';
import {
  ancestorsOf,
  blockersOf,
  circular,
  dependentsOf,
  named,
  reasonOf,
  waitersOf,
  type GraphJob,
} from './job-graph';
import { dependenciesOf, statusOf } from './job-states';
import { requireNumber, type Jobs } from './jobs';
import { PartPace } from './part-pace';
import type { Projects } from './projects';
import type { WireJob } from './schema';

const LOST = 'lost:';
/** Jobs that can never run are named in a sentence, this many of them. */
const MOST_NAMED = 5;

/**
 * What waits for what in a project, or around one job. The server tells it job by job: `onPart` gets what is known
 * meanwhile.
 */
export async function readGraph(
  jobs: Jobs,
  projects: Projects,
  scope: DependencyScope,
  signal: AbortSignal,
  onPart?: (graph: DependencyGraph) => void,
): Promise<DependencyGraph> {
  const view = await viewOf(jobs, projects, scope, signal);
  const list = await jobs.list(view.projectId, signal);
  const pace = onPart && partTelling(jobs, list, view, onPart);
  const all = await readLinks(jobs, list, signal, () => pace?.next());
  return view.graphOf(all);
}

/** What is shown of a project's jobs. */
interface GraphView {
  readonly projectId: number;
  graphOf(all: readonly GraphJob[]): DependencyGraph;
}

async function viewOf(
  jobs: Jobs,
  projects: Projects,
  scope: DependencyScope,
  signal: AbortSignal,
): Promise<GraphView> {
  if (scope.kind === 'project') {
    const projectId = requireNumber(scope.projectId, 'project');
    await projects.learn([projectId], signal);
    const title = projects.nameOf(projectId) ?? `Project ${projectId}`;
    return { projectId, graphOf: (all) => toGraph(all, title, undefined) };
  }
  const focus = await jobs.read(requireNumber(scope.taskId, 'task'), signal);
  return {
    projectId: focus.project_id,
    graphOf: (all) => toGraph(around(focus.id, all), focus.name, focus.id),
  };
}

function around(focus: number, all: readonly GraphJob[]): readonly GraphJob[] {
  const byId = new Map(all.map((job) => [job.id, job]));
  const shown = new Set([focus, ...ancestorsOf(focus, (id) => byId.get(id)), ...dependentsOf([focus], all)]);
  return all.filter(({ id }) => shown.has(id));
}

/** Shows what is known of a graph, as far as something is unread. */
function partTelling(
  jobs: Jobs,
  list: readonly WireJob[],
  view: GraphView,
  onPart: (graph: DependencyGraph) => void,
): PartPace {
  const unreadCount = (): number => list.filter(({ id }) => jobs.states.get(id)?.links === undefined).length;
  const tell = (): void => {
    const unread = unreadCount();
    if (unread > 0) {
      const note = `${unread} of ${list.length} tasks are still being read, and what they wait for.`;
      onPart({ ...view.graphOf(known(jobs, list)), isPartial: true, notes: [note] });
    }
  };
  return new PartPace(unreadCount(), () => jobs.states.now(), tell);
}

/** Every job of a project with what it waits for, and those of other projects that one of them waits for. */
export async function readProject(jobs: Jobs, projectId: number, signal: AbortSignal): Promise<GraphJob[]> {
  return readLinks(jobs, await jobs.list(projectId, signal), signal);
}

async function readLinks(
  jobs: Jobs,
  list: readonly WireJob[],
  signal: AbortSignal,
  onRead?: () => void,
): Promise<GraphJob[]> {
  const ids = list.map(({ id }) => id);
  const gone = await jobs.states.ensure(ids, 'links', signal, onRead);
  return known(
    jobs,
    list.filter(({ id }) => !gone.has(id)),
  );
}

function known({ states }: Jobs, list: readonly WireJob[]): GraphJob[] {
  const own = list.map(({ id, name }): GraphJob => ({ id, name, state: states.get(id) }));
  const ids = new Set(own.map(({ id }) => id));
  const others = new Map<number, GraphJob>();
  for (const { state } of own) {
    for (const { id, name } of dependenciesOf(state)) {
      if (!ids.has(id)) {
        // What it waits for itself is not looked at.
        const { word = '', readAt = 0 } = states.get(id) ?? {};
        others.set(id, { id, name, state: { word, readAt } });
      }
    }
  }
  return [...own, ...others.values()];
}

function toGraph(jobs: readonly GraphJob[], title: string, focus: number | undefined): DependencyGraph {
  const stuck = neverRunning(jobs);
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const blockers = blockersOf(jobs);
  const nodes: DependencyNode[] = jobs.map(({ id, name, state }) => {
    const reason = stuck.get(id) ?? reasonOf(id, (other) => byId.get(other), blockers) ?? state?.problem;
    return {
      id: String(id),
      label: name === '' ? String(id) : name,
      taskId: String(id),
      status: statusOf(state),
      ...(state === undefined ? { word: 'Not read yet' } : {}),
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
  const waiters = waitersOf(waiting);
  for (const root of roots) {
    const open = [root.id];
    for (let on = open.pop(); on !== undefined; on = open.pop()) {
      for (const id of waiters.get(on) ?? []) {
        if (!found.has(id)) {
          found.set(id, `can never run: it waits for ${named(root)}, which cannot`);
          open.push(id);
        }
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
