import * as vscode from 'vscode';
import { TracksideError } from '../../core/errors';
import type { TaskRef } from '../../core/task-ref';
import { VIEWS } from '../../platform/command-ids';
import { connectionNode, taskNode } from '../trees/tree-nodes';
import type { OwnedTreeView, TreeDeps } from '../trees/tree-view';
import { pickTask } from './pick-task';
import { refsOf } from './task-targets';

const TRY_AGAIN_MS = 150;
/** A view that was closed reads its rows first. */
const TRY_FOR_MS = 4_000;
/** The editor drops a row that it is just reading anew, without a word. */
const MOST_TIMES = 3;

/** Shows a task's row in the Tasks view and selects it. Throws `notFound` when the view does not list it. */
export async function revealTask(deps: TreeDeps, tree: OwnedTreeView, node: unknown): Promise<void> {
  const [given] = refsOf(node, undefined);
  const target =
    given === undefined ? await pickTask(deps, { title: 'Reveal in Tree: which task?' }) : undefined;
  const ref = given ?? (target && { connectionId: target.session.info.id, taskId: target.task.id });
  if (ref === undefined) {
    return;
  }
  await vscode.commands.executeCommand(`${VIEWS.tasks}.focus`);
  if (await select(tree, ref)) {
    return;
  }
  throw new TracksideError(
    'notFound',
    'The Tasks view does not list this task now.',
    'Clear the view’s filter, or load more tasks at its end.',
  );
}

/** False when the view does not list the task. */
async function select(tree: OwnedTreeView, { connectionId, taskId }: TaskRef): Promise<boolean> {
  const wanted = taskNode(connectionId, taskId).id;
  let times = 0;
  for (const until = Date.now() + TRY_FOR_MS; times < MOST_TIMES && Date.now() < until;) {
    if (await tree.reveal(wanted)) {
      times += 1;
    } else {
      // Where several connections are listed, the tasks of each are below its row.
      await tree.reveal(connectionNode(connectionId).id, true);
    }
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
    if (tree.isSelected(wanted)) {
      return true;
    }
  }
  return times > 0;
}
