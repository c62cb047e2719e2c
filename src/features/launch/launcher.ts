import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Backend } from '../../backends/contract';
import type { LaunchRequest, RecordAbility } from '../../backends/launch-contract';
import { TracksideError, toTracksideError } from '../../core/errors';
import type { Logger } from '../../core/logger';
import type { RecordedRun } from '../../core/run-recording';
import type { TaskRef } from '../../core/task-ref';
import type { Settings } from '../../platform/contract';
import type { Connections, ConnectionSession } from '../../store/contract';
import type { LaunchWish } from './launch-wish';
import { findInterpreter } from './python-interpreter';
import { localOf, type RunRecordings } from './run-recordings';
import { chooseQueue, type QueueChoiceDeps } from './queue-choice';
import { checkScript } from './script-check';
import { readScriptCode } from './script-code';
import { taskNameOf } from './task-naming';

export interface LauncherDeps extends QueueChoiceDeps {
  readonly connections: Connections;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly recordings: Pick<RunRecordings, 'add'>;
  /** The workspace folder that holds a file. */
  workspaceFolderOf(file: string): { readonly path: string; readonly name: string } | undefined;
  interpreterOfPythonExtension(script: string): Promise<string | undefined>;
}

export interface Launched {
  readonly ref: TaskRef;
  readonly session: ConnectionSession;
  readonly taskName: string;
  readonly queueName: string;
  /** Sentences for the person about what does not travel with the task. */
  readonly notes: readonly string[];
}

/** Makes a task of a script and enqueues it: the one way in for commands and for VS Code tasks. */
export class Launcher {
  constructor(private readonly deps: LauncherDeps) {}

  /** Undefined when the person turns away from a question. Throws TracksideError with what to do next. */
  async launch(wish: LaunchWish, signal: AbortSignal): Promise<Launched | undefined> {
    await checkScript(wish.script, wish.isKnownPython);
    const session = this.sessionFor(wish);
    const [{ request, notes }, backend] = await Promise.all([
      this.prepare(wish, signal),
      session.backend(signal),
    ]);
    if (backend.record !== undefined) {
      return this.launchRecorded(session, backend.record, request, notes, signal);
    }
    const { launch, actions, queues } = backend;
    if (launch === undefined || actions === undefined || queues === undefined) {
      const message = `Tasks cannot be launched on ${session.info.label}.`;
      throw new TracksideError('invalid', message, 'Select another connection.');
    }
    const queue = await chooseQueue(this.deps, session.info, await queues.list(signal), wish);
    if (queue === undefined) {
      return undefined;
    }
    const taskId = await launch.create(request, signal);
    this.deps.logger.info(`Created task ${taskId} for ${request.scriptPath} on ${session.info.label}.`);
    await this.enqueue(backend, session, taskId, queue, signal);
    const ref = { connectionId: session.info.id, taskId };
    return { ref, session, taskName: request.name, queueName: queue.name, notes };
  }

  /** The script runs on this machine, where its console stays; the server is told of the run and its metrics. */
  private async launchRecorded(
    there: ConnectionSession,
    record: RecordAbility,
    request: LaunchRequest,
    notes: readonly string[],
    signal: AbortSignal,
  ): Promise<Launched | undefined> {
    const local = localOf(this.deps.connections);
    const backend = await local.backend(signal);
    const queue = await chooseQueue(this.deps, local.info, (await backend.queues?.list(signal)) ?? [], {
      asksQueue: false,
    });
    if (queue === undefined || backend.launch === undefined) {
      return undefined;
    }
    const recorded = await record.create(recordedRun(request), signal);
    const runId = recorded.taskId;
    const taskId = await backend.launch.create(request, signal);
    const connectionId = there.info.id;
    await this.deps.recordings.add({ localTaskId: taskId, connectionId, ...recorded });
    await this.enqueue(backend, local, taskId, queue, signal);
    there.scheduler.notify({ kind: 'task', ids: [runId] });
    there.scheduler.notify({ kind: 'projects' });
    this.deps.logger.info(`Task ${taskId} is recorded as run ${runId} on ${there.info.label}.`);
    const note = `It runs on this machine; ${there.info.label} is told its metrics as run ${runId}.`;
    const ref = { connectionId: local.info.id, taskId };
    return { ref, session: local, taskName: request.name, queueName: queue.name, notes: [note, ...notes] };
  }

  private sessionFor({ connectionLabel }: LaunchWish): ConnectionSession {
    const { connections } = this.deps;
    if (connectionLabel === undefined) {
      return connections.active();
    }
    const found = connections.all().find(({ info }) => info.label === connectionLabel);
    if (found === undefined) {
      const known = connections.all().map(({ info }) => info.label);
      throw new TracksideError(
        'notFound',
        `There is no connection named ${connectionLabel}.`,
        `Use one of: ${known.join(', ')}.`,
      );
    }
    return found;
  }

  private async prepare(
    wish: LaunchWish,
    signal: AbortSignal,
  ): Promise<{ request: LaunchRequest; notes: readonly string[] }> {
    const { settings, logger } = this.deps;
    const folder = this.deps.workspaceFolderOf(wish.script);
    const ownFolder = path.dirname(wish.script);
    const workingDirectory = wish.workingDirectory ?? folder?.path ?? ownFolder;
    await checkWorkingDirectory(workingDirectory);
    const [interpreter, { code, notes }] = await Promise.all([
      findInterpreter(
        {
          configured: settings.pythonInterpreter(),
          fromPythonExtension: () => this.deps.interpreterOfPythonExtension(wish.script),
          folder: folder?.path ?? ownFolder,
        },
        logger,
        signal,
      ),
      readScriptCode(wish.script, workingDirectory, signal),
    ]);
    signal.throwIfAborted();
    const projectName =
      wish.projectName ?? settings.launchProject(wish.script) ?? folder?.name ?? path.basename(ownFolder);
    const request: LaunchRequest = {
      name: wish.name ?? taskNameOf(wish.script, wish.arguments),
      projectName: projectName === '' ? 'Scripts' : projectName,
      code,
      scriptPath: wish.script,
      workingDirectory,
      interpreter,
      arguments: wish.arguments,
      environment: wish.environment,
      tags: [],
      metricPatterns: settings.metricPatterns(wish.script),
      capturesMetrics: settings.isMetricCaptureOn(wish.script),
    };
    return { request, notes };
  }

  /** A draft whose enqueueing fails is kept, and the sentence says so: nothing that was made is lost. */
  private async enqueue(
    backend: Backend,
    session: ConnectionSession,
    taskId: string,
    queue: { readonly id: string; readonly name: string },
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await backend.actions?.act(taskId, { action: 'enqueue', queueId: queue.id }, signal);
    } catch (thrown) {
      const { kind, message, nextStep, detail } = toTracksideError(thrown);
      throw new TracksideError(
        kind,
        `The task was created as a draft, but not put into the queue ${queue.name}: ${message}`,
        nextStep || 'Enqueue it from the Tasks view.',
        detail,
      );
    } finally {
      session.scheduler.notify({ kind: 'task', ids: [taskId] });
      session.scheduler.notify({ kind: 'projects' });
      session.scheduler.notify({ kind: 'queues' });
    }
  }
}

/** Where the code came from stands with the arguments, since such a server has no other place for it. */
function recordedRun({
  name,
  projectName,
  code,
  scriptPath,
  arguments: args,
  tags,
}: LaunchRequest): RecordedRun {
  return {
    name,
    projectName,
    tags,
    parameters: {
      script: code.entryPoint ?? path.basename(scriptPath),
      ...(args.length === 0 ? {} : { arguments: args }),
      ...(code.repository === undefined ? {} : { repository: code.repository }),
      ...(code.commit === undefined ? {} : { commit: code.commit }),
      ...(code.branch === undefined ? {} : { branch: code.branch }),
    },
  };
}

async function checkWorkingDirectory(folder: string): Promise<void> {
  const isFolder = await stat(folder).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    throw new TracksideError(
      'invalid',
      `The working directory ${folder} does not exist.`,
      'Correct workingDirectory in tasks.json.',
    );
  }
}
