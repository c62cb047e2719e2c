import { DisposableStore, type Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import { COMMANDS } from '../../platform/command-ids';
import type { TaskCommandDeps } from './action-commands';
import { pickTask } from './pick-task';
import { refsOf, requireRow, targetOf, type TaskTarget } from './task-targets';

export interface CopyCommandDeps extends TaskCommandDeps {
  readonly copyText: (text: string) => Promise<void>;
  /** Web page of the model that a row shows; undefined for other rows. */
  readonly modelPage: (node: unknown) => string | undefined;
}

/** Copying what leads to tasks: their web pages, and code that gets them. */
export function registerCopyCommands(deps: CopyCommandDeps): Disposable {
  const { commands } = deps.platform;
  const owned = new DisposableStore();
  owned.add(
    commands.register(COMMANDS.copyLink, async (node, nodes, isCalledOnSomething = false) => {
      const page = deps.modelPage(node);
      if (page !== undefined) {
        return copy(deps, [page]);
      }
      const targets = await targetsFor(deps, 'Copy Link', node, nodes, isCalledOnSomething);
      await copy(deps, targets.map(linkOf));
    }),
  );
  owned.add(
    commands.register(COMMANDS.copySnippet, async (node, nodes, isCalledOnSomething = false) => {
      const targets = await targetsFor(deps, 'Copy Python Snippet', node, nodes, isCalledOnSomething);
      await copy(deps, targets.length === 0 ? [] : [snippetFor(targets.map(({ task }) => task.id))]);
    }),
  );
  return owned;
}

/** Python that gets the tasks with the `clearml` package. */
export function snippetFor(taskIds: readonly string[]): string {
  const [only, ...others] = taskIds.map((id) => JSON.stringify(id));
  const got =
    others.length === 0
      ? `task = Task.get_task(task_id=${only ?? ''})`
      : `tasks = [Task.get_task(task_id=id) for id in [${taskIds.map((id) => JSON.stringify(id)).join(', ')}]]`;
  return `from clearml import Task\n\n${got}\n`;
}

async function targetsFor(
  deps: CopyCommandDeps,
  title: string,
  node: unknown,
  nodes: unknown,
  isCalledOnSomething: boolean,
): Promise<readonly TaskTarget[]> {
  const refs = refsOf(node, nodes);
  requireRow(refs, isCalledOnSomething);
  if (refs.length > 0) {
    return Promise.all(refs.map((ref) => targetOf(deps.connections, ref)));
  }
  const picked = await pickTask(deps, { title: `${title}: which task?` });
  return picked ? [picked] : [];
}

function linkOf({ task, session }: TaskTarget): string {
  if (task.webUrl === undefined) {
    throw new TracksideError(
      'invalid',
      `“${task.name}” has no link: ${session.info.label} has no web UI that Trackside knows of.`,
      'Copy its id instead.',
    );
  }
  return task.webUrl;
}

async function copy({ copyText }: CopyCommandDeps, parts: readonly string[]): Promise<void> {
  if (parts.length > 0) {
    await copyText(parts.join('\n'));
  }
}
