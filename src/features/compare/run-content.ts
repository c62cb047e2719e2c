import { createHash } from 'node:crypto';
import { knownParameters } from '../../core/argument-parameters';
import type { Task } from '../../core/entities';
import { parseRequirements } from '../../core/requirements';
import type { SeriesSummary } from '../../core/series';
import { statusWords } from '../../core/status';
import type { TaskDetails } from '../../core/task-details';
import { joinArguments } from '../launch/argument-text';
import { documentsOf } from '../metrics/details-view';
import { toWire, type WireContent } from './compare-contract';

/** Longer values are cut in the page; their digest still tells them apart. */
const LONGEST_VALUE = 8_000;

/** What was read of a run. A part is undefined where the server keeps nothing of the kind. */
export interface ReadRun {
  readonly task: Task;
  readonly details: TaskDetails | undefined;
  readonly series: readonly SeriesSummary[] | undefined;
  readonly hasConsole: boolean;
}

type Fact = WireContent['facts'][number];

/** What a comparison shows of a run. Texts of files stay in the host; their digests tell whether they differ. */
export function contentOf(
  { task, details, series, hasConsole }: ReadRun,
  connectionLabel: string,
): WireContent {
  return {
    name: task.name,
    status: task.status,
    serverStatus: task.serverStatus,
    isStopping: task.isStopping,
    parameters:
      details === undefined
        ? null
        : knownParameters(details).map(({ section, name, value }) => ({ section, name, value: cut(value) })),
    metrics:
      series?.map(({ name, last, min, max }) => ({
        ...name,
        last: toWire(last),
        min: toWire(min),
        max: toWire(max),
      })) ?? null,
    facts: [...runFacts(task, connectionLabel), ...(details === undefined ? [] : codeFacts(details))],
    texts:
      details === undefined
        ? null
        : documentsOf(details).map(({ ref, label, text }) => ({
            ...ref,
            label,
            lineCount: text === '' ? 0 : text.replace(/\n$/u, '').split('\n').length,
            digest: digestOf(text),
          })),
    hasConsole,
  };
}

function runFacts(task: Task, connectionLabel: string): Fact[] {
  const section = 'Run';
  const { startedAt, endedAt } = task;
  const duration =
    startedAt === undefined || endedAt === undefined ? undefined : Math.max(0, endedAt - startedAt);
  const { reason, message } = statusWords(task);
  return [
    text(section, 'Status', task.status),
    text(section, 'Reason', reason ?? message),
    text(section, 'Type', task.type),
    text(section, 'Project', task.projectName),
    text(section, 'Connection', connectionLabel),
    text(section, 'User', task.user),
    text(section, 'Worker', task.workerId),
    text(section, 'Tags', task.tags.length === 0 ? undefined : task.tags.toSorted().join(', ')),
    text(section, 'Comment', task.comment),
    number(section, 'Created', task.createdAt, 'moment'),
    number(section, 'Started', startedAt, 'moment'),
    number(section, 'Ended', endedAt, 'moment'),
    number(section, 'Duration', duration, 'duration'),
    text(section, 'Last iteration', task.lastIteration?.toString()),
  ].flat();
}

function codeFacts({ code, container, packages, ...details }: TaskDetails): Fact[] {
  return [
    text('Code', 'Repository', code.repository),
    text('Code', 'Branch', code.branch),
    text('Code', 'Commit', code.commit),
    text('Code', 'Entry point', code.entryPoint),
    text('Code', 'Working directory', code.workingDirectory),
    text('Code', 'Arguments', details.arguments && joinArguments(details.arguments)),
    text('Code', 'Container', container?.image),
    text('Code', 'Container arguments', container?.arguments),
    ...parseRequirements(packages ?? '').map(({ name, version }) =>
      text('Packages', name, version === '' ? 'any version' : version),
    ),
  ].flat();
}

function text(section: string, name: string, value: string | undefined): Fact[] {
  return value === undefined || value.trim() === ''
    ? []
    : [{ section, name, value: cut(value), format: 'text' }];
}

function number(
  section: string,
  name: string,
  value: number | undefined,
  format: 'moment' | 'duration',
): Fact[] {
  return value === undefined ? [] : [{ section, name, value, format }];
}

function cut(value: string): string {
  return value.length > LONGEST_VALUE
    ? `${value.slice(0, LONGEST_VALUE)}… (${value.length} characters, digest ${digestOf(value)})`
    : value;
}

function digestOf(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 16);
}
