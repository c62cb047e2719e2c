import * as vscode from 'vscode';
import { TracksideError } from '../../core/errors';
import { VIEWS } from '../../platform/command-ids';
import { connectionNode, taskNode } from '../trees/tree-nodes';
import type { OwnedTreeView, TreeDeps } from '../trees/tree-view';
import { pickTask } from './pick-task';
import { refsOf } from './task-targets';

const TRY_AGAIN_MS = 150;
/** A view that was closed reads its rows first. */
const TRY_FOR_MS = 4_000;

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
  const wanted = taskNode(ref.connectionId, ref.taskId).id;
  for (const until = Date.now() + TRY_FOR_MS; Date.now() < until;) {
    if (await tree.reveal(wanted)) {
      return;
    }
    // Where several connections are listed, the tasks of each are below its row.
    await tree.reveal(connectionNode(ref.connectionId).id, true);
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
  }
  throw new TracksideError(
    'notFound',
    'The Tasks view does not list this task now.',
    'Clear the view’s filter, or load more tasks at its end.',
  );
}
