import type { ModelOutcome } from '../../backends/contract';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import type { Model, ModelAction, ModelRequest } from '../../core/models';
import { nameInAddress } from '../../core/plain-file-name';
import { taskRef, type TaskRef } from '../../core/task-ref';
import type { FileDownload } from '../../core/task-output';
import { COMMANDS, type CommandId } from '../../platform/command-ids';
import type { CommandHandler, Dialogs, Platform } from '../../platform/contract';
import type { Connections, ConnectionSession } from '../../store/contract';
import { failureSummary } from '../tasks/failure-summary';
import { askTagChange } from '../tasks/tag-question';
import { counted } from '../trees/plural';
import { isTreeNode } from '../trees/tree-nodes';

export interface ModelCommandDeps {
  readonly platform: Platform;
  readonly connections: Connections;
  readonly copyText: (text: string) => Promise<void>;
  readonly openTask: (ref: TaskRef) => Promise<void>;
  /** Asks where to and brings the file there. */
  readonly saveFile: (file: {
    readonly name: string;
    readonly sha256?: string;
    open(signal: AbortSignal): Promise<FileDownload>;
  }) => Promise<void>;
}

/** Models of one connection that a command was called on. */
interface Target {
  readonly session: ConnectionSession;
  readonly models: readonly Model[];
}

const DONE: Readonly<Record<ModelAction, string>> = {
  publish: 'published',
  rename: 'renamed',
  tag: 'tagged',
  archive: 'archived',
  unarchive: 'taken out of the archive',
  delete: 'deleted',
};
const MOST_NAMED = 5;
const MIN_NAME_LENGTH = 3;

/** Commands on models; each works on a row or a selection of rows. */
export function registerModelCommands(deps: ModelCommandDeps): Disposable {
  const owned = new DisposableStore();
  const add = (id: CommandId, handler: CommandHandler): void => {
    owned.add(deps.platform.commands.register(id, handler));
  };
  const addAction = (id: CommandId, action: ModelAction): void =>
    add(id, (node, nodes) => run(deps, action, node, nodes));
  addAction(COMMANDS.publishModel, 'publish');
  addAction(COMMANDS.renameModel, 'rename');
  addAction(COMMANDS.tagModel, 'tag');
  addAction(COMMANDS.archiveModel, 'archive');
  addAction(COMMANDS.unarchiveModel, 'unarchive');
  addAction(COMMANDS.deleteModel, 'delete');
  add(COMMANDS.openModelTask, (node) => openTask(deps, node));
  add(COMMANDS.copyModelAddress, (node, nodes) => copyAddresses(deps, node, nodes));
  add(COMMANDS.saveModel, (node) => save(deps, node));
  return owned;
}

async function openTask(deps: ModelCommandDeps, node: unknown): Promise<void> {
  const { session, model } = one(deps, node);
  if (model.taskId === undefined) {
    throw unknown(`No task is known that made “${model.name}”.`);
  }
  await deps.openTask(taskRef.parse({ connectionId: session.info.id, taskId: model.taskId }));
}

async function run(
  deps: ModelCommandDeps,
  action: ModelAction,
  node: unknown,
  nodes: unknown,
): Promise<void> {
  const { dialogs } = deps.platform;
  const target = targetOf(deps, node, nodes);
  const able = target.models.filter(({ can }) => can.includes(action));
  const [first] = able;
  if (!first) {
    throw new TracksideError(
      'conflict',
      `${namesOf(target.models)} cannot be ${DONE[action]}.`,
      'Its menu shows what can be done with it.',
    );
  }
  const request = await ask(dialogs, action, able);
  if (request) {
    const outcomes = await target.session.store.changeModels(able, request);
    await afterwards(target.session, request, able);
    report(deps.platform, action, target.models, able, outcomes);
  }
}

async function ask(
  dialogs: Dialogs,
  action: ModelAction,
  models: readonly Model[],
): Promise<ModelRequest | undefined> {
  switch (action) {
    case 'publish':
      return askPublish(dialogs, models);
    case 'rename':
      return askName(dialogs, models);
    case 'tag':
      return askTags(dialogs, models);
    case 'archive':
    case 'unarchive':
      return { action };
    case 'delete':
      return askDelete(dialogs, models);
  }
}

async function askPublish(dialogs: Dialogs, models: readonly Model[]): Promise<ModelRequest | undefined> {
  const makers = models.filter(({ taskId }) => taskId !== undefined);
  const withTask =
    makers.length === 0
      ? false
      : await dialogs.pick(`Publish ${namesOf(models)}`, [
          { label: `Publish the ${models.length === 1 ? 'model' : 'models'} only`, value: false },
          {
            label:
              makers.length === 1
                ? 'Publish also the task that made it'
                : 'Publish also the tasks that made them',
            detail: 'A published task can be neither reset nor run again',
            value: true,
          },
        ]);
  if (withTask === undefined) {
    return undefined;
  }
  const detail =
    'Publishing cannot be undone: afterwards a model cannot be changed any more, but for its tags.';
  const isAgreed = await dialogs.confirm(`Publish ${namesOf(models)}?`, detail, 'Publish');
  return isAgreed ? { action: 'publish', withTask } : undefined;
}

async function askName(dialogs: Dialogs, models: readonly Model[]): Promise<ModelRequest | undefined> {
  const [first, second] = models;
  if (!first || second) {
    throw new TracksideError('invalid', 'One model can be renamed at a time.', 'Select one model.');
  }
  const name = await dialogs.ask({
    title: `Rename model “${first.name}”`,
    value: first.name,
    validate: (text) =>
      text.trim().length < MIN_NAME_LENGTH
        ? `A model's name needs at least ${MIN_NAME_LENGTH} characters.`
        : undefined,
  });
  return name === undefined || name.trim() === first.name
    ? undefined
    : { action: 'rename', name: name.trim() };
}

async function askTags(dialogs: Dialogs, models: readonly Model[]): Promise<ModelRequest | undefined> {
  const change = await askTagChange(
    dialogs,
    `Tags of ${namesOf(models)}`,
    models.map(({ tags }) => tags),
  );
  return change && { action: 'tag', ...change };
}

async function askDelete(dialogs: Dialogs, models: readonly Model[]): Promise<ModelRequest | undefined> {
  const isOne = models.length === 1;
  const keepsFile = await dialogs.pick(`Delete ${namesOf(models)}`, [
    {
      label: isOne ? 'Keep the file' : 'Keep the files',
      detail: 'Only the entry on the server goes; the bytes stay in their storage',
      value: true,
    },
    {
      label: isOne ? 'Delete the file too' : 'Delete the files too',
      detail: 'From the storage that the server can reach',
      value: false,
    },
  ]);
  if (keepsFile === undefined) {
    return undefined;
  }
  const named = isOne ? [] : models.slice(0, MOST_NAMED).map(({ name }) => `• ${name}`);
  const rest = models.length - named.length;
  const detail = [
    `This cannot be undone.${keepsFile ? '' : ' The bytes are destroyed as well.'}`,
    ...named,
    ...(isOne || rest <= 0 ? [] : [`and ${rest} more`]),
  ].join('\n');
  const isAgreed = await dialogs.confirm(`Delete ${namesOf(models)}?`, detail, 'Delete');
  return isAgreed ? { action: 'delete', keepsFile } : undefined;
}

/** Tasks that were published along are read again, so that their rows tell. */
async function afterwards(
  { store }: ConnectionSession,
  request: ModelRequest,
  models: readonly Model[],
): Promise<void> {
  if (request.action === 'publish' && request.withTask) {
    const known = models.flatMap(({ taskId }) =>
      taskId !== undefined && store.task(taskId) ? [taskId] : [],
    );
    await Promise.allSettled(known.map((id) => store.refresh({ kind: 'task', id })));
  }
}

/** One that went well needs no words: its row shows it. Throws a summary when something failed. */
function report(
  { dialogs, logger }: Pick<Platform, 'dialogs' | 'logger'>,
  action: ModelAction,
  given: readonly Model[],
  able: readonly Model[],
  outcomes: readonly ModelOutcome[],
): void {
  const [first, ...others] = [
    ...outcomes.flatMap(({ id, error }) => {
      const name = able.find((model) => model.id === id)?.name ?? id;
      return error ? [{ name, error }] : [];
    }),
    ...given
      .filter((model) => !able.includes(model))
      .map(({ name }) => ({
        name,
        error: new TracksideError(
          'conflict',
          `It cannot be ${DONE[action]}.`,
          'Its menu shows what can be done with it.',
        ),
      })),
  ];
  if (first) {
    const words = { done: DONE[action], noun: 'model', total: given.length };
    throw failureSummary(logger, words, [first, ...others]);
  }
  if (outcomes.length > 1) {
    dialogs.info(`${counted(outcomes.length, 'model')} ${DONE[action]}.`);
  }
}

async function copyAddresses(deps: ModelCommandDeps, node: unknown, nodes: unknown): Promise<void> {
  const addresses = targetOf(deps, node, nodes).models.flatMap(({ uri }) => uri ?? []);
  if (addresses.length === 0) {
    throw unknown('The server knows no address of this model.');
  }
  await deps.copyText(addresses.join('\n'));
}

async function save(deps: ModelCommandDeps, node: unknown): Promise<void> {
  const { session, model } = one(deps, node);
  const { uri, sha256 } = model;
  if (uri === undefined) {
    throw unknown('The server knows no address of this model.');
  }
  await deps.saveFile({
    name: nameInAddress(uri) ?? model.name,
    ...(sha256 === undefined ? {} : { sha256 }),
    open: async (signal) => {
      const { files } = await session.backend(signal);
      if (!files) {
        throw new TracksideError('invalid', 'This server gives no files.', 'Copy the address instead.');
      }
      return files.download(uri, signal, { mayAsk: true });
    },
  });
}

function one(
  deps: ModelCommandDeps,
  node: unknown,
): { readonly session: ConnectionSession; readonly model: Model } {
  const { session, models } = targetOf(deps, node, undefined);
  const [model] = models;
  if (!model) {
    throw gone();
  }
  return { session, model };
}

/** The models of the selected rows, as they are now; of several connections only those of the first. */
function targetOf({ connections }: ModelCommandDeps, node: unknown, nodes: unknown): Target {
  const given: readonly unknown[] = Array.isArray(nodes) && nodes.length > 0 ? nodes : [node];
  const rows = given.flatMap((row) => (isTreeNode(row) && row.kind === 'model' ? [row] : []));
  const [first] = rows;
  const session = first && connections.get(first.connectionId);
  const models = rows.flatMap(({ connectionId, modelId }) =>
    connectionId === first?.connectionId ? (session?.store.model(modelId) ?? []) : [],
  );
  if (!session || models.length === 0) {
    throw gone();
  }
  return { session, models: [...new Map(models.map((model) => [model.id, model])).values()] };
}

function namesOf(models: readonly Model[]): string {
  const [first, second] = models;
  return first && !second ? `model “${first.name}”` : counted(models.length, 'model');
}

function gone(): TracksideError {
  return new TracksideError('notFound', 'This model does not exist any more.', 'Refresh the view.');
}

function unknown(message: string): TracksideError {
  return new TracksideError('invalid', message, 'Look at it in the server’s web UI.');
}
