import { parseArgs } from 'node:util';
import { BACKEND_KINDS, type BackendKind } from '../../src/backends/contract';
import type { FoundSignIn } from '../../src/backends/backend-entry';
import { backendRegistry } from '../../src/backends/registry';
import { TASK_ACTIONS, type TaskAction } from '../../src/core/actions';

export const LISTS = [
  'projects',
  'groups',
  'models',
  'tasks',
  'queues',
  'workers',
  'series',
  'log',
  'details',
  'dependencies',
] as const;
export type ListName = (typeof LISTS)[number];

export interface ProbeOptions {
  readonly kind: BackendKind;
  readonly url: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly list: ListName | undefined;
  readonly taskId: string | undefined;
  readonly action: TaskAction | undefined;
  readonly queue: string | undefined;
  readonly name: string | undefined;
  readonly value: string | undefined;
  readonly timeoutMs: number;
  /** What to say on stderr before anything else. */
  readonly warnings: readonly string[];
}

/** Something about the command line is wrong; the message says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = [
  `Usage: npm run probe -- --kind ${BACKEND_KINDS.join('|')} --url URL [--list WHAT] [--task ID] [--act ACTION] [--queue NAME] [--name NAME]`,
  `  --list   ${LISTS.join(' | ')}`,
  `  --act    ${TASK_ACTIONS.join(' | ')} (needs --task)`,
  '  --queue  name or id of the queue for --act enqueue; default: the default queue',
  '  --timeout SECONDS   for the whole run; default 60',
  'Keys come from TRACKSIDE_KEY and TRACKSIDE_SECRET, or CLEARML_API_ACCESS_KEY and CLEARML_API_SECRET_KEY,',
  'or, seen by everybody on this machine, from --key and --secret. --url may come from CLEARML_API_HOST.',
  '  --conf FILE   address and keys from a file such as ~/clearml.conf, where nothing else gives them',
].join('\n');

const FLAGS = {
  kind: { type: 'string' },
  url: { type: 'string' },
  key: { type: 'string' },
  secret: { type: 'string' },
  list: { type: 'string' },
  task: { type: 'string' },
  act: { type: 'string' },
  queue: { type: 'string' },
  name: { type: 'string' },
  value: { type: 'string' },
  timeout: { type: 'string' },
  conf: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the command line and what it names. Throws {@link UsageError}, whose text never repeats the value of a secret,
 * or TracksideError for a file that cannot be understood.
 */
export async function readOptions(
  argv: readonly string[],
  environment: Environment,
): Promise<ProbeOptions | 'help'> {
  const values = parse(argv);
  if (values.help === true) {
    return 'help';
  }
  const action = values.act === undefined ? undefined : oneOf('--act', TASK_ACTIONS, values.act);
  const list = values.list === undefined ? undefined : oneOf('--list', LISTS, values.list);
  if (values.task === undefined && (action !== undefined || needsTask(list))) {
    throw new UsageError(`Which task? ${action === undefined ? '--list' : '--act'} needs --task ID.`);
  }
  const kind = oneOf('--kind', BACKEND_KINDS, values.kind ?? 'clearml');
  const found = await readConf(kind, values.conf, environment);
  return {
    kind,
    url: urlOf(values, environment, found),
    credentials: credentialsOf(kind, values, environment, found),
    list,
    action,
    taskId: values.task,
    queue: values.queue,
    name: values.name,
    value: values.value,
    timeoutMs: secondsOf(values.timeout) * 1000,
    warnings: warningsOf(values),
  };
}

async function readConf(
  kind: BackendKind,
  file: string | undefined,
  environment: Environment,
): Promise<FoundSignIn> {
  if (file === undefined) {
    return { values: {} };
  }
  const sources = await backendRegistry[kind].loadSources?.();
  const found = await sources?.readFile(file, environment);
  if (found === undefined) {
    throw new UsageError(
      sources === undefined ? `${kind} has no such file.` : '--conf takes the path of a file that exists.',
    );
  }
  return found;
}

function urlOf(values: Values, environment: Environment, found: FoundSignIn): string {
  const url = values.url ?? found.url ?? environment['CLEARML_API_HOST'] ?? '';
  if (url === '') {
    throw new UsageError('Which server? Give --url URL.');
  }
  return url;
}

function warningsOf({ key, secret }: Values): string[] {
  return key === undefined && secret === undefined
    ? []
    : [
        'Keys in the command line can be read by every user of this machine; use TRACKSIDE_KEY and TRACKSIDE_SECRET.',
      ];
}

type Values = Readonly<Partial<Record<Exclude<keyof typeof FLAGS, 'help'>, string>> & { help?: boolean }>;

function parse(argv: readonly string[]): Values {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new UsageError(
      code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION'
        ? 'There is an option that probe does not know.'
        : 'The command line cannot be understood: every option takes one value.',
    );
  }
}

function needsTask(list: ListName | undefined): boolean {
  return list === 'series' || list === 'log' || list === 'details' || list === 'dependencies';
}

/** Of the kind's fields the first is the key, the second the secret, whatever the server calls them. */
function credentialsOf(
  kind: BackendKind,
  values: Values,
  environment: Environment,
  found: FoundSignIn,
): Record<string, string> {
  const given = [
    values.key ?? environment['TRACKSIDE_KEY'],
    values.secret ?? environment['TRACKSIDE_SECRET'],
  ];
  return Object.fromEntries(
    backendRegistry[kind].fields.map((field, index) => {
      const { environmentName } = field;
      const text =
        given[index] ?? found.values[field.key] ?? (environmentName && environment[environmentName]) ?? '';
      if (field.validate?.(text) !== undefined) {
        throw new UsageError('Who asks? Set TRACKSIDE_KEY and TRACKSIDE_SECRET in the environment.');
      }
      return [field.key, text];
    }),
  );
}

function secondsOf(text: string | undefined): number {
  const seconds = Number(text ?? '60');
  if (!Number.isFinite(seconds) || seconds <= 0 || seconds > 86_400) {
    throw new UsageError('--timeout takes seconds, more than 0 and at most 86400.');
  }
  return seconds;
}

function oneOf<T extends string>(flag: string, choices: readonly T[], text: string): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) {
    throw new UsageError(`${flag} takes one of: ${choices.join(', ')}.`);
  }
  return found;
}
