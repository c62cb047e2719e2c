import * as z from 'zod';
import { TracksideError } from '../../core/errors';
import { launchConfiguration, LAUNCH_CONFIGURATION_NAME } from '../../core/launch-configuration';
import type {
  TaskArtifact,
  TaskConfiguration,
  TaskDetails,
  TaskModel,
  TaskParameter,
  TaskRelatives,
} from '../../core/task-details';
import { rows } from '../readable-rows';
import { defined, said, toCode } from './map';
import { parentIdOf, readNewestChildren } from './relatives';
import { count, reference, text, wireScript } from './schema';
import type { ClearMlSession } from './session';

const FIELDS = [
  'id',
  'parent',
  'script',
  'container',
  'output.destination',
  'hyperparams',
  'configuration',
  'execution.artifacts',
  'execution.parameters',
  'models',
  'report',
];

/** Its end tells the editor that it is Markdown. */
const REPORT_NAME = 'Report.md';

/** Names are keys here, and may be escaped ones; an entry that says its own name is believed. */
const parameter = z.object({ name: text, value: z.unknown(), type: text, description: text });
const configuration = z.object({ name: text, value: text, type: text, description: text });
const artifact = z.object({
  key: z.string().min(1),
  type: text,
  mode: text,
  uri: text,
  content_size: count,
  hash: text,
  /** Seconds since the epoch, unlike all other times of the protocol. */
  timestamp: count,
  type_data: z.object({ preview: text }).optional().catch(undefined),
});
const model = z.object({ name: text, model: reference });

const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);
const detailedTask = z.object({
  id: z.string(),
  parent: reference,
  script: maybe(wireScript.extend({ requirements: maybe(z.record(z.string(), z.unknown())), binary: text })),
  container: maybe(z.object({ image: text, arguments: text, setup_shell_script: text })),
  output: maybe(z.object({ destination: text })),
  hyperparams: maybe(z.record(z.string(), z.record(z.string(), z.unknown()))),
  configuration: maybe(z.record(z.string(), z.unknown())),
  execution: maybe(
    z.object({ artifacts: maybe(rows(artifact)), parameters: maybe(z.record(z.string(), z.unknown())) }),
  ),
  report: text,
  models: maybe(z.object({ input: maybe(rows(model)), output: maybe(rows(model)) })),
});
type DetailedTask = z.infer<typeof detailedTask>;
const detailsData = z.object({ tasks: z.array(detailedTask) });

/** Everything that a task is made of, and what it was made beside. */
export async function readDetails(
  session: ClearMlSession,
  taskId: string,
  signal: AbortSignal,
): Promise<TaskDetails> {
  const body = { id: [taskId], only_fields: FIELDS };
  const [{ tasks }, children] = await Promise.all([
    session.read('tasks.get_by_id_ex', body, detailsData, signal),
    readNewestChildren(session, taskId, undefined, signal),
  ]);
  const [task] = tasks;
  if (task === undefined) {
    throw new TracksideError(
      'notFound',
      'The task is not on the server any more.',
      'Refresh the list of tasks.',
    );
  }
  const parentId = parentIdOf(task);
  const siblings =
    parentId === undefined ? undefined : await readNewestChildren(session, parentId, taskId, signal);
  return { ...toDetails(task), ...defined({ children: some(children), siblings: some(siblings) }) };
}

function some(relatives: TaskRelatives | undefined): TaskRelatives | undefined {
  return relatives === undefined || relatives.tasks.length === 0 ? undefined : relatives;
}

function toDetails(task: DetailedTask): TaskDetails {
  const configurations = configurationsOf(task);
  const image = said(task.container?.image);
  return {
    code: toCode(task.script ?? undefined),
    parameters: parametersOf(task),
    configurations,
    artifacts: (task.execution?.artifacts ?? []).map(toArtifact),
    models: [...modelsOf(task, 'input'), ...modelsOf(task, 'output')],
    ...defined({
      arguments: argumentsOf(configurations),
      outputDestination: said(task.output?.destination),
      packages: packagesOf(task.script?.requirements?.['pip']),
      container:
        image === undefined
          ? undefined
          : {
              image,
              ...defined({
                arguments: said(task.container?.arguments),
                setupScript: said(task.container?.setup_shell_script),
              }),
            },
    }),
  };
}

/** Tasks of servers before sections existed keep theirs in `execution.parameters`, `Section/name`. */
function parametersOf(task: DetailedTask): TaskParameter[] {
  const found = Object.entries(task.hyperparams ?? {}).flatMap(([section, entries]) =>
    Object.entries(entries).flatMap(([key, entry]) => toParameter(section, key, entry)),
  );
  const old = found.length > 0 ? {} : (task.execution?.parameters ?? {});
  const oldOnes = Object.entries(old).map(([key, value]) => {
    const slash = key.indexOf('/');
    const [section, name] = slash > 0 ? [key.slice(0, slash), key.slice(slash + 1)] : ['Args', key];
    return { section, name, value: asText(value) };
  });
  return [...found, ...oldOnes].sort(
    (a, b) =>
      a.section.localeCompare(b.section) || a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
}

function toParameter(section: string, key: string, entry: unknown): TaskParameter[] {
  const { data } = parameter.safeParse(entry);
  if (data === undefined) {
    return [];
  }
  const { name, value, type, description } = data;
  return [
    {
      section,
      name: said(name) ?? key,
      value: asText(value),
      ...defined({ type: said(type), description: said(description) }),
    },
  ];
}

function asText(value: unknown): string {
  return typeof value === 'string'
    ? value
    : value === undefined || value === null
      ? ''
      : JSON.stringify(value);
}

/** Whole texts of a task; that of a report is one as well. */
function configurationsOf(task: DetailedTask): TaskConfiguration[] {
  const report = said(task.report);
  const found = report === undefined ? [] : [{ name: REPORT_NAME, text: report }];
  return [...found, ...ownConfigurationsOf(task)];
}

function ownConfigurationsOf(task: DetailedTask): TaskConfiguration[] {
  return Object.entries(task.configuration ?? {}).flatMap(([key, entry]) => {
    const { data } = configuration.safeParse(entry);
    return data === undefined
      ? []
      : [
          {
            name: said(data.name) ?? key,
            text: data.value ?? '',
            isEditable: true,
            ...defined({ type: said(data.type), description: said(data.description) }),
          },
        ];
  });
}

/** What Trackside's launcher noted; an agent's command line is not kept anywhere. */
function argumentsOf(configurations: readonly TaskConfiguration[]): readonly string[] | undefined {
  const noted = configurations.find(({ name }) => name === LAUNCH_CONFIGURATION_NAME);
  try {
    const parsed = launchConfiguration.safeParse(JSON.parse(noted?.text ?? ''));
    return parsed.success && parsed.data.arguments.length > 0 ? parsed.data.arguments : undefined;
  } catch {
    return undefined; // absent, or edited by hand into something else
  }
}

/** The SDK sends one text; the web page a list of lines. */
function packagesOf(pip: unknown): string | undefined {
  const lines = z.array(z.string()).safeParse(pip).data;
  return said(lines?.join('\n') ?? z.string().safeParse(pip).data);
}

function toArtifact(wire: z.infer<typeof artifact>): TaskArtifact {
  return {
    name: wire.key,
    direction: wire.mode === 'input' ? 'input' : 'output',
    ...defined({
      type: said(wire.type),
      uri: said(wire.uri),
      sizeBytes: wire.content_size,
      hash: said(wire.hash),
      addedAt: wire.timestamp === undefined || wire.timestamp <= 0 ? undefined : wire.timestamp * 1_000,
      preview: said(wire.type_data?.preview),
    }),
  };
}

function modelsOf(task: DetailedTask, direction: TaskModel['direction']): TaskModel[] {
  return (task.models?.[direction] ?? []).flatMap(({ name, model: known }) => {
    const id = said(known?.id);
    return id === undefined ? [] : [{ id, name: said(known?.name) ?? said(name) ?? id, direction }];
  });
}
