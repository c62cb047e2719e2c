import * as z from 'zod';
import type { Endpoint } from '../http/call';
import type { JsonObject } from '../json';
import { TaskCommands, type CommandOptions } from '../tasks/task-commands';
import type { OutputFate } from '../tasks/task-output';
import { isWireStatus } from '../tasks/task-words';
import type { TrackerContext } from '../tracker-context';
import { maybeFlag, maybeText, writing } from './endpoint';
import { eachInTurn } from './many';

const options = z.object({
  status_reason: maybeText,
  status_message: maybeText,
  force: maybeFlag,
  queue: maybeText,
  queue_name: maybeText,
  new_status: maybeText,
  publish: maybeFlag,
  delete_output_models: z.boolean().nullish(),
  delete_external_artifacts: z.boolean().nullish(),
});
type Options = z.output<typeof options>;

const single = options.extend({ task: z.string() });

/** Commands on one task that also exist for several at once, as `<name>_many`. */
type Command = (commands: TaskCommands, id: string, request: Options) => JsonObject;

const COMMANDS: Readonly<Record<string, Command>> = {
  stop: (commands, id, request) => commands.stop(id, toOptions(request)),
  enqueue: (commands, id, request) =>
    commands.enqueue(id, { ...toOptions(request), queueId: request.queue, queueName: request.queue_name }),
  dequeue: (commands, id, request) => {
    const status = request.new_status;
    return commands.dequeue(
      id,
      toOptions(request),
      status !== undefined && isWireStatus(status) ? status : undefined,
    );
  },
  reset: (commands, id, request) => commands.reset(id, toOptions(request), toFate(request)),
  publish: (commands, id, request) => commands.move(id, 'publish', toOptions(request)),
  delete: (commands, id, request) => commands.delete(id, request.force, toFate(request)),
};

/** Every call that changes a task's status. */
export function taskCommandEndpoints(context: TrackerContext): Endpoint[] {
  const commands = new TaskCommands(context);
  const one = Object.entries(COMMANDS).map(([name, run]) =>
    writing(context, `tasks.${name}`, single, ({ task, ...request }) => run(commands, task, request)),
  );
  const several = Object.entries(COMMANDS).map(([name, run]) =>
    many(context, name, (id, request) => run(commands, id, request)),
  );
  return [...one, ...several, ...reports(context, commands), ...archiving(context, commands)];
}

/** What a run says about itself. */
function reports(context: TrackerContext, commands: TaskCommands): Endpoint[] {
  return [
    writing(context, 'tasks.started', single, ({ task, ...request }, { isSdk }) => {
      const result = commands.move(task, 'started', toOptions(request));
      if (isSdk) {
        context.storage.tasks.change(commands.require(task).key, { is_sdk_attached: 1 });
      }
      return { ...result, started: 1 };
    }),
    writing(context, 'tasks.completed', single, ({ task, ...request }) => {
      const result = commands.move(task, 'completed', toOptions(request));
      return request.publish
        ? { ...commands.move(task, 'publish', toOptions(request)), published: 1 }
        : result;
    }),
    ...(['stopped', 'failed', 'close'] as const).map((name) =>
      writing(context, `tasks.${name}`, single, ({ task, ...request }) =>
        commands.move(task, name, toOptions(request)),
      ),
    ),
  ];
}

function archiving(context: TrackerContext, commands: TaskCommands): Endpoint[] {
  const input = options.extend({ tasks: z.array(z.string()).min(1) });
  return [
    writing(context, 'tasks.archive', input, ({ tasks, ...request }) => {
      for (const id of tasks) {
        commands.archive(id, toOptions(request));
      }
      return { archived: tasks.length };
    }),
    many(context, 'archive', (id, request) => {
      commands.archive(id, toOptions(request));
      return { archived: true };
    }),
    many(context, 'unarchive', (id, request) => {
      commands.unarchive(id, toOptions(request));
      return { unarchived: true };
    }),
  ];
}

/** `tasks.<name>_many`: each task in its own savepoint; always 200, with what succeeded and what failed. */
function many(
  context: TrackerContext,
  name: string,
  run: (id: string, request: Options) => JsonObject,
): Endpoint {
  const input = options.extend({ ids: z.array(z.string()).min(1) });
  return writing(context, `tasks.${name}_many`, input, ({ ids, ...request }) =>
    eachInTurn(ids, (id) => asFlags(context.storage.transaction(() => run(id, request)))),
  );
}

/** In the answers for several tasks these are booleans, where the single calls count. */
function asFlags(result: JsonObject): JsonObject {
  const flags = ['queued', 'dequeued'].filter((name) => typeof result[name] === 'number');
  return { ...result, ...Object.fromEntries(flags.map((name) => [name, result[name] === 1])) };
}

function toFate({ delete_output_models, delete_external_artifacts }: Options): OutputFate {
  return {
    keepsModels: delete_output_models === false,
    keepsFiles: delete_external_artifacts === false,
  };
}

function toOptions(request: Options): CommandOptions {
  return {
    reason: request.status_reason ?? '',
    message: request.status_message ?? '',
    isForced: request.force,
  };
}
