import * as z from 'zod/mini';
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import type { Task } from '../../core/entities';
import type { StateStorage } from '../../platform/contract';
import { viewState, type ViewState } from './view-contract';

/** The projects looked at last; older ones open as new ones do. */
const MOST_PROJECTS = 40;
/** A slider that is being drawn is written once. */
const WRITE_DELAY_MS = 400;

const remembered = z.array(
  z.object({
    connectionId: z.string(),
    projectName: z.string(),
    /** Whose panel it was: a zoom means nothing to another task. */
    taskId: z.string(),
    view: viewState,
  }),
);
type Remembered = z.infer<typeof remembered>[number];

/** How panels of a project were looked at last, over windows and days. */
export class ViewMemory implements Disposable {
  private known: readonly Remembered[] | undefined;
  private waiting: Disposable | undefined;

  constructor(
    private readonly state: StateStorage,
    private readonly clock: Clock,
    private readonly stateKey = 'metrics.projectViews',
  ) {}

  /** The view that a new panel of this task begins with; undefined for a project never looked at. */
  recall(connectionId: string, task: Task): ViewState | undefined {
    const found = this.entries().find(isOf(connectionId, task));
    if (found === undefined) {
      return undefined;
    }
    const { view } = found;
    const ofAnyTask: ViewState = { ...view, tab: 'curves', filter: '' };
    return found.taskId === task.id ? ofAnyTask : { ...ofAnyTask, range: null, heights: [] };
  }

  remember(connectionId: string, task: Task, view: ViewState): void {
    const isSame = isOf(connectionId, task);
    const entry = { connectionId, projectName: task.projectName ?? '', taskId: task.id, view };
    this.known = [entry, ...this.entries().filter((each) => !isSame(each))].slice(0, MOST_PROJECTS);
    this.waiting ??= this.clock.after(WRITE_DELAY_MS, () => this.write());
  }

  dispose(): void {
    if (this.waiting !== undefined) {
      this.write();
    }
  }

  private write(): void {
    this.waiting?.dispose();
    this.waiting = undefined;
    void this.state.set(this.stateKey, this.known);
  }

  private entries(): readonly Remembered[] {
    this.known ??= this.state.get(this.stateKey, (value) => remembered.parse(value)) ?? [];
    return this.known;
  }
}

function isOf(connectionId: string, { projectName }: Task): (entry: Remembered) => boolean {
  return (entry) => entry.connectionId === connectionId && entry.projectName === (projectName ?? '');
}
