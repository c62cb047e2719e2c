import { DisposableStore, type Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import type { TaskRef } from '../../core/task-ref';
import { COMMANDS, COMPARE_PANEL } from '../../platform/command-ids';
import { LazyPanels } from '../panels/lazy-panels';
import { pickTasks } from '../tasks/pick-task';
import { refsOf, requireRow } from '../tasks/task-targets';
import type { ComparePanelDeps } from './compare-panel-kind';

/** Comparisons: the command that opens one, and their return after a window reload. */
export function registerCompare(deps: ComparePanelDeps): Disposable {
  const owned = new DisposableStore();
  const panels = owned.add(
    new LazyPanels<readonly TaskRef[]>(COMPARE_PANEL, deps, async () => {
      const { ComparePanelKind } = await import('./compare-panel-kind');
      return new ComparePanelKind(deps);
    }),
  );
  owned.add(
    deps.platform.commands.register(COMMANDS.compare, async (node, nodes, isCalledOnSomething = false) => {
      const given = refsOf(node, nodes);
      requireRow(given, isCalledOnSomething);
      const refs = given.length > 1 ? given : await askForMore(deps, given);
      if (refs !== undefined) {
        await requireFew(refs);
        await panels.open(refs);
      }
    }),
  );
  return owned;
}

/** One run alone is compared with those that the person picks; undefined when they turn away. */
async function askForMore(
  deps: ComparePanelDeps,
  given: readonly TaskRef[],
): Promise<readonly TaskRef[] | undefined> {
  const [first] = given;
  const picked = await pickTasks(deps, {
    title: first === undefined ? 'Compare which tasks?' : 'Compare with which tasks?',
    fits: (task) => task.id !== first?.taskId,
    none: 'There are no tasks to compare. Launch a script a few times first.',
  });
  if (picked === undefined) {
    return undefined;
  }
  const refs = [
    ...given,
    ...picked.map(({ session, task }) => ({ connectionId: session.info.id, taskId: task.id })),
  ];
  if (refs.length < 2) {
    throw new TracksideError('invalid', 'A comparison needs two tasks.', 'Choose at least two.');
  }
  return refs;
}

async function requireFew(refs: readonly TaskRef[]): Promise<void> {
  const { MOST_RUNS } = await import('./compare-contract');
  if (refs.length > MOST_RUNS) {
    throw new TracksideError(
      'invalid',
      `A comparison takes ${MOST_RUNS} runs; ${refs.length} were chosen.`,
      'Choose fewer.',
    );
  }
}
