import type { QueuePlace } from '../../core/actions';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { Queue } from '../../core/entities';
import { TracksideError } from '../../core/errors';
import { COMMANDS, type CommandId } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections, ConnectionSession } from '../../store/contract';
import { counted } from '../trees/plural';
import { isTreeNode, type TreeNode } from '../trees/tree-nodes';

export interface QueueCommandDeps {
  readonly platform: Platform;
  readonly connections: Connections;
  /** What is selected in the Queues view; keys act on it. */
  readonly selection: () => readonly TreeNode[];
}

interface QueueTarget {
  readonly session: ConnectionSession;
  readonly queue: Queue;
}

/** The server refuses shorter names. */
const MIN_NAME_LENGTH = 3;
/** Names listed in a question. */
const MOST_NAMED = 8;

const PLACE_COMMANDS: Readonly<Record<QueuePlace, CommandId>> = {
  front: COMMANDS.moveToFront,
  up: COMMANDS.moveUp,
  down: COMMANDS.moveDown,
  back: COMMANDS.moveToBack,
};
const PLACES: readonly QueuePlace[] = ['front', 'up', 'down', 'back'];

/** Commands on queues, and on the order of the tasks in them. */
export function registerQueueCommands(deps: QueueCommandDeps): Disposable {
  const { commands } = deps.platform;
  const owned = new DisposableStore();
  owned.add(commands.register(COMMANDS.createQueue, (node) => createQueue(deps, node)));
  owned.add(
    commands.register(COMMANDS.renameQueue, async (node) => {
      const target = await targetFor(deps, node, 'Rename');
      return target && renameQueue(deps, target);
    }),
  );
  owned.add(
    commands.register(COMMANDS.deleteQueue, async (node) => {
      const target = await targetFor(deps, node, 'Delete');
      return target && loseQueue(deps, target, 'delete');
    }),
  );
  owned.add(
    commands.register(COMMANDS.clearQueue, async (node) => {
      const target = await targetFor(deps, node, 'Clear');
      return target && loseQueue(deps, target, 'clear');
    }),
  );
  for (const place of PLACES) {
    owned.add(commands.register(PLACE_COMMANDS[place], (node, nodes) => reorder(deps, place, node, nodes)));
  }
  return owned;
}

async function createQueue({ platform, connections }: QueueCommandDeps, node: unknown): Promise<void> {
  const session = isTreeNode(node) ? connections.get(node.connectionId) : connections.active();
  if (!session) {
    return;
  }
  await session.store.refresh({ kind: 'queues' });
  const name = await askName(platform, session, `New queue on ${session.info.label}`, '');
  if (name !== undefined) {
    await session.store.changeQueue({ change: 'create', name });
  }
}

async function renameQueue({ platform }: QueueCommandDeps, { session, queue }: QueueTarget): Promise<void> {
  const name = await askName(platform, session, `Rename queue “${queue.name}”`, queue.name);
  if (name !== undefined && name !== queue.name) {
    await session.store.changeQueue({ change: 'rename', queueId: queue.id, name });
  }
}

async function askName(
  { dialogs }: Platform,
  session: ConnectionSession,
  title: string,
  value: string,
): Promise<string | undefined> {
  const taken = new Set(session.store.queues().items.map(({ name }) => name));
  const text = await dialogs.ask({
    title,
    value,
    prompt: 'Agents are told which queues to serve by these names',
    validate: (typed) => nameProblem(typed.trim(), value, taken),
  });
  return text?.trim();
}

function nameProblem(name: string, before: string, taken: ReadonlySet<string>): string | undefined {
  if (name.length < MIN_NAME_LENGTH) {
    return `A queue's name needs at least ${MIN_NAME_LENGTH} characters.`;
  }
  return name !== before && taken.has(name) ? 'There is a queue of this name.' : undefined;
}

/** Deletes or clears, after saying what waits there. */
async function loseQueue(
  { platform }: QueueCommandDeps,
  { session, queue }: QueueTarget,
  change: 'delete' | 'clear',
): Promise<void> {
  const { entries } = queue;
  const clearing = clearingWords(session);
  if (change === 'clear' && entries.length === 0) {
    platform.dialogs.info(`Queue “${queue.name}” is empty already.`);
    return;
  }
  const verb = change === 'delete' ? 'Delete' : 'Clear';
  const named = entries.slice(0, MOST_NAMED).map(({ taskName }) => `• ${taskName}`);
  const rest = entries.length - named.length;
  const detail = [
    entries.length === 0
      ? 'Nothing waits in it.'
      : `${counted(entries.length, 'waiting task')} will be taken out and not run:`,
    ...named,
    ...(rest > 0 ? [`and ${rest} more`] : []),
    ...(change === 'clear' ? clearing : []),
    ...(change === 'delete' ? ['', 'Agents that serve it get nothing from it any more.'] : []),
  ].join('\n');
  if (await platform.dialogs.confirm(`${verb} queue “${queue.name}”?`, detail, verb)) {
    await session.store.changeQueue({ change, queueId: queue.id });
  }
}

/** What clearing does on this server beyond taking tasks out. */
function clearingWords({ openBackend }: ConnectionSession): readonly string[] {
  const words = openBackend?.queues?.clearing;
  return words === undefined ? [] : ['', words];
}

/** The queue of the row, as it is now; one of the active connection's when there is no row. */
async function targetFor(
  { platform, connections }: QueueCommandDeps,
  node: unknown,
  verb: string,
): Promise<QueueTarget | undefined> {
  const row = isTreeNode(node) && node.kind === 'queue' ? node : undefined;
  const session = row ? connections.get(row.connectionId) : connections.active();
  if (!session) {
    throw goneError();
  }
  await session.store.refresh({ kind: 'queues' });
  const queues = session.store.queues().items;
  if (row) {
    const queue = queues.find(({ id }) => id === row.queueId);
    if (!queue) {
      throw goneError();
    }
    return { session, queue };
  }
  const choices = queues.map((queue) => ({
    label: queue.name,
    description: `${queue.entries.length} waiting`,
    value: queue,
  }));
  const queue = await platform.dialogs.pick(`${verb} which queue?`, choices, session.info.label);
  return queue && { session, queue };
}

interface Entry {
  readonly session: ConnectionSession;
  readonly queueId: string;
  readonly taskId: string;
}

/** One task after the other, in the order that leaves several of them in the order they had. */
async function reorder(
  deps: QueueCommandDeps,
  place: QueuePlace,
  node: unknown,
  nodes: unknown,
): Promise<void> {
  const given: readonly unknown[] = Array.isArray(nodes) && nodes.length > 0 ? nodes : [node];
  const rows = given.some(isTreeNode) ? given : deps.selection();
  const entries = rows.flatMap((row) => entryOf(deps, row));
  if (entries.length === 0) {
    throw new TracksideError(
      'invalid',
      'No waiting task is selected.',
      'Select a task below a queue in the Queues view.',
    );
  }
  const inOrder = entries
    .map((entry) => ({ entry, index: indexOf(entry) }))
    .sort((a, b) => a.index - b.index)
    .map(({ entry }) => entry);
  const steps = place === 'front' || place === 'down' ? inOrder.reverse() : inOrder;
  for (const { session, queueId, taskId } of steps) {
    await session.store.changeQueue({ change: 'reorder', queueId, taskId, place });
  }
}

function entryOf({ connections }: QueueCommandDeps, row: unknown): readonly Entry[] {
  if (!isTreeNode(row) || row.kind !== 'task' || row.place.in !== 'queue') {
    return [];
  }
  const session = connections.get(row.connectionId);
  return session ? [{ session, queueId: row.place.ownerId, taskId: row.taskId }] : [];
}

function indexOf({ session, queueId, taskId }: Entry): number {
  const queue = session.store.queues().items.find(({ id }) => id === queueId);
  return queue?.entries.findIndex((entry) => entry.taskId === taskId) ?? -1;
}

function goneError(): TracksideError {
  return new TracksideError('notFound', 'This queue does not exist any more.', 'Refresh the view.');
}
