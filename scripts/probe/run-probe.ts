import * as z from 'zod';
import type { Backend } from '../../src/backends/contract';
import { backendRegistry } from '../../src/backends/registry';
import { Redactor } from '../../src/client/redaction';
import type { ParameterEdit, TaskActionRequest } from '../../src/core/actions';
import { toTracksideError, TracksideError } from '../../src/core/errors';
import { silentLogger } from '../../src/core/logger';
import type { RunTemplate, TemplateRun } from '../../src/core/run-template';
import { change } from './probe-changes';
import { offered, readList } from './probe-lists';
import { readOptions, USAGE, UsageError, type ProbeOptions } from './probe-options';

export interface ProbeIo {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** One JSON document, or the usage. */
  readonly print: (text: string) => void;
  readonly warn: (text: string) => void;
}

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** Asks a server through its backend and prints what it is, can do and holds. Returns the exit code. */
export async function runProbe(io: ProbeIo): Promise<number> {
  let options: ProbeOptions | 'help';
  try {
    options = await readOptions(io.argv, io.environment);
  } catch (error) {
    io.warn(`${error instanceof UsageError ? error.message : toTracksideError(error).message}\n${USAGE}`);
    return EXIT_USAGE;
  }
  if (options === 'help') {
    io.print(USAGE);
    return 0;
  }
  options.warnings.forEach(io.warn);
  return ask(options, io);
}

async function ask(options: ProbeOptions, io: ProbeIo): Promise<number> {
  const redactor = new Redactor();
  Object.values(options.credentials).forEach((secret) => redactor.register(secret));
  let backend: Backend | undefined;
  try {
    backend = await backendRegistry[options.kind].create({
      url: options.url,
      credentials: () => Promise.resolve(options.credentials),
      logger: silentLogger,
      userAgent: 'Trackside-probe',
      redactor,
    });
    io.print(JSON.stringify(await report(backend, options), wordForJson, 2));
    return 0;
  } catch (thrown) {
    const error = toTracksideError(thrown);
    const isTimeUp = error.kind === 'cancelled';
    const sentence = isTimeUp
      ? `Time is up after ${options.timeoutMs / 1000} s; --timeout gives more.`
      : `${error.message} ${error.nextStep}`;
    io.warn(redactor.redact(sentence).replaceAll('\n', ' ').trim());
    return EXIT_FAILED;
  } finally {
    backend?.dispose();
  }
}

/** JSON has no NaN and no infinities. */
function wordForJson(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

async function report(backend: Backend, options: ProbeOptions): Promise<object> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  const { abilities, ...server } = await backend.describe(signal);
  const head = { server: { kind: backend.kind, ...server }, abilities };
  if (options.action !== undefined) {
    return { ...head, ...(await act(backend, options, signal)) };
  }
  if (options.changed !== undefined) {
    return { ...head, ...(await change(backend, options.changed, options, signal)) };
  }
  if (options.templateId !== undefined) {
    return { ...head, ...(await runTemplate(backend, options, signal)) };
  }
  if (options.list !== undefined) {
    return { ...head, ...(await readList(backend, options, signal)) };
  }
  if (options.taskId !== undefined) {
    return { ...head, task: await readTask(backend, options.taskId, signal) };
  }
  return head;
}

async function act(backend: Backend, options: ProbeOptions, signal: AbortSignal): Promise<object> {
  const taskId = options.taskId ?? '';
  const outcome = await offered(backend.actions, 'actions').act(
    taskId,
    await requestOf(backend, options, signal),
    signal,
  );
  const [task] = await backend.getTasks([outcome.createdTaskId ?? taskId], signal);
  return { action: options.action, outcome, task: task ?? null };
}

/** Runs it once. */
async function runTemplate(backend: Backend, options: ProbeOptions, signal: AbortSignal): Promise<object> {
  const ability = offered(backend.templates, 'templates');
  const templates = await ability.list(options.projectId ?? '', signal);
  const template = templates.find(({ id, name }) => [id, name].includes(options.templateId ?? ''));
  if (template === undefined) {
    const names = templates.map(({ name }) => name).join(', ');
    throw new TracksideError(
      'notFound',
      'The project has no such template.',
      names === '' ? 'Give another --project.' : `Give --run with one of: ${names}.`,
    );
  }
  const outcome = await ability.run(template, [runOf(template, options)], signal);
  return { template: template.name, outcome, tasks: await backend.getTasks(outcome.createdTaskIds, signal) };
}

function runOf(template: RunTemplate, { name = template.name, value = '{}' }: ProbeOptions): TemplateRun {
  if (template.takesDocument) {
    return { name, inputs: {}, document: value };
  }
  const { data: inputs } = z.record(z.string(), z.string()).safeParse(parsedJson(value));
  if (inputs === undefined) {
    throw new TracksideError(
      'invalid',
      'The inputs cannot be read.',
      'Give --value with a JSON object of texts, such as {"lr": "0.1"}.',
    );
  }
  return { name, inputs };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function requestOf(
  backend: Backend,
  options: ProbeOptions,
  signal: AbortSignal,
): Promise<TaskActionRequest> {
  const { action, name } = options;
  switch (action) {
    case 'enqueue':
    case 'requeue':
      return { action, queueId: await queueId(backend, options.queue, signal) };
    case 'rename':
      if (name === undefined) {
        throw new TracksideError('invalid', 'Rename to what?', 'Give --name NAME.');
      }
      return { action, name };
    case 'comment':
      return { action, comment: name ?? '' };
    case 'move':
      if (name === undefined) {
        throw new TracksideError('invalid', 'Move to which project?', 'Give --name PROJECT.');
      }
      return { action, project: { newName: name } };
    case 'clone':
      return name === undefined ? { action } : { action, name };
    case 'edit':
      return { action, inputs: { parameters: [parameterOf(options)] } };
    case 'tag':
      return { action, add: [name ?? ''], remove: [] };
    case undefined:
      throw new TracksideError('invalid', 'Which action?', 'Give --act.');
    default:
      return { action };
  }
}

/** `--name Section/name --value text`; the first slash ends the section. */
function parameterOf({ name = '', value }: ProbeOptions): ParameterEdit {
  const slash = name.indexOf('/');
  if (slash < 1 || value === undefined) {
    throw new TracksideError(
      'invalid',
      'Edit which parameter?',
      'Give --name SECTION/NAME and --value TEXT.',
    );
  }
  return { section: name.slice(0, slash), name: name.slice(slash + 1), value };
}

async function queueId(backend: Backend, wanted: string | undefined, signal: AbortSignal): Promise<string> {
  const queues = (await backend.queues?.list(signal)) ?? [];
  const found = queues.find(({ id, name, isDefault }) =>
    wanted === undefined ? isDefault : id === wanted || name === wanted,
  );
  if (found === undefined) {
    const names = queues.map(({ name }) => name).join(', ');
    throw new TracksideError(
      'notFound',
      wanted === undefined ? 'The server has no default queue.' : 'The server has no queue of that name.',
      names === '' ? 'Create a queue on the server.' : `Give --queue with one of: ${names}.`,
    );
  }
  return found.id;
}

async function readTask(backend: Backend, taskId: string, signal: AbortSignal): Promise<object> {
  const [task] = await backend.getTasks([taskId], signal);
  if (task === undefined) {
    throw new TracksideError(
      'notFound',
      'The server has no task of this id.',
      'Look for it with --list tasks.',
    );
  }
  const details = await backend.details?.read(taskId, signal);
  return details === undefined ? task : { ...task, code: details.code };
}
