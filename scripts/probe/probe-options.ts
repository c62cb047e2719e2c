import { parseArgs } from 'node:util';
import { BACKEND_KINDS, type BackendKind } from '../../src/backends/contract';
import type { FoundSignIn } from '../../src/backends/backend-entry';
import { backendRegistry } from '../../src/backends/registry';
import { TASK_ACTIONS, type TaskAction } from '../../src/core/actions';
import { CHANGE_EXAMPLES, CHANGED, type Changed } from './change-words';

export const LISTS = [
  'projects',
  'groups',
  'models',
  'datasets',
  'dataset-files',
  'tasks',
  'queues',
  'workers',
  'series',
  'log',
  'plots',
  'images',
  'details',
  'dependencies',
  'templates',
] as const;
export type ListName = (typeof LISTS)[number];
/** Those of what `--task` names. */
const LISTS_OF_ONE: readonly ListName[] = [
  'dataset-files',
  'series',
  'log',
  'plots',
  'images',
  'details',
  'dependencies',
];

export interface ProbeOptions {
  readonly kind: BackendKind;
  readonly url: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly list: ListName | undefined;
  readonly taskId: string | undefined;
  readonly projectId: string | undefined;
  /** What is to be run. */
  readonly templateId: string | undefined;
  readonly action: TaskAction | undefined;
  /** What is to be changed as `value` says. */
  readonly changed: Changed | undefined;
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
  `Usage: npm run probe -- --kind ${BACKEND_KINDS.join('|')} --url URL [--list WHAT] [--task ID] [--project ID] [--act ACTION] [--run TEMPLATE] [--change WHAT]`,
  `  --list   ${LISTS.join(' | ')} (${LISTS_OF_ONE.join(', ')} need --task; for files it takes the id of a dataset)`,
  `  --act    ${TASK_ACTIONS.join(' | ')} (needs --task)`,
  '  --project  for --list tasks or templates, for --list dependencies in the place of --task, and for --run',
  '  --run    id of a template; --value takes its inputs or its document as JSON, --name the name of the run',
  `  --change ${CHANGED.join(' | ')}, as --value says in JSON:`,
  ...CHANGE_EXAMPLES.map((example) => `    ${example}`),
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
  project: { type: 'string' },
  run: { type: 'string' },
  act: { type: 'string' },
  change: { type: 'string' },
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
  const changed = values.change === undefined ? undefined : oneOf('--change', CHANGED, values.change);
  requireScope(values, action, list);
  if (changed === 'model' && values.task === undefined) {
    throw new UsageError('Which model? --change model needs its id as --task ID.');
  }
  const kind = oneOf('--kind', BACKEND_KINDS, values.kind ?? 'clearml');
  const found = await readConf(kind, values.conf, environment);
  return {
    kind,
    url: urlOf(values, environment, found),
    credentials: credentialsOf(kind, values, environment, found),
    list,
    action,
    changed,
    taskId: values.task,
    projectId: values.project,
    templateId: values.run,
    queue: values.queue,
    name: values.name,
    value: values.value,
    timeoutMs: secondsOf(values.timeout) * 1000,
    warnings: warningsOf(values),
  };
}

/** Throws where a list or an action lacks what it is of. */
function requireScope(
  { task, project, run }: Values,
  action: TaskAction | undefined,
  list: ListName | undefined,
): void {
  if (project === undefined && (list === 'templates' || run !== undefined)) {
    throw new UsageError(`Which project? ${list === 'templates' ? '--list' : '--run'} needs --project ID.`);
  }
  const isOfProject = list === 'dependencies' && project !== undefined;
  if (task === undefined && (action !== undefined || (needsTask(list) && !isOfProject))) {
    throw new UsageError(`Which task? ${action === undefined ? '--list' : '--act'} needs --task ID.`);
  }
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
  return list !== undefined && LISTS_OF_ONE.includes(list);
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
