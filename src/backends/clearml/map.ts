import type * as z from 'zod';
import type { EpochMs, Project, Queue, Task, TaskCode } from '../../core/entities';
import { allowedActions } from './allowed-actions';
import type { projectsData, queuesData, wireScript, WireTask } from './schema';
import { countByStatus, statusOf } from './statuses';
import { taskPageUrl } from './web-url';

/** What is known of the server that rows do not say. */
export interface MapContext {
  readonly webBase: string | undefined;
  readonly apiVersion: string | undefined;
}

/** ISO-8601 to epoch milliseconds; a date without offset is UTC. */
export function epochMs(date: string | undefined): EpochMs | undefined {
  if (date === undefined || date === '') {
    return undefined;
  }
  const text = date.trim().replace(' ', 'T');
  const hasOffset = /(?:z|[+-]\d{2}:?\d{2})$/i.test(text);
  const at = Date.parse(hasOffset || !text.includes('T') ? text : `${text}Z`);
  return Number.isNaN(at) ? undefined : at;
}

/** The same object without the keys whose value is undefined. */
export function defined<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): Partial<{
  [K in keyof T]: Exclude<T[K], undefined>;
}>;
export function defined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const ARCHIVED = 'archived';
const PIPELINE = 'pipeline';
/** `Vision/.pipelines/digits`: where the SDK keeps the runs of one pipeline. */
const PIPELINE_PROJECT = /(?:^|\/)\.pipelines\/[^/]+$/;

/** A field of a task is an empty string where nothing was said. */
export function said(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

export function isReadOnly(company: unknown): boolean {
  if (typeof company !== 'object' || company === null) {
    return company === '';
  }
  return !('id' in company) || typeof company.id !== 'string' || company.id === '';
}

export function toTask(wire: WireTask, context: MapContext): Task {
  const isArchived = wire.system_tags.includes(ARCHIVED);
  const state = { status: wire.status, isArchived, isReadOnly: isReadOnly(wire.company) };
  return {
    id: wire.id,
    name: wire.name,
    status: statusOf(wire.status),
    serverStatus: wire.status,
    isStopping: wire.status === 'in_progress' && wire.status_message?.trim().toLowerCase() === 'stopping',
    tags: wire.tags,
    isArchived,
    ...(wire.system_tags.includes(PIPELINE) ? { isPipelineRun: true } : {}),
    can: allowedActions(state, context.apiVersion),
    ...saidOf(wire),
    ...runOf(wire),
    ...placeOf(wire, context),
    ...datasetOf(wire),
  };
}

function saidOf(wire: WireTask): Partial<Task> {
  return defined({
    statusReason: said(wire.status_reason),
    statusMessage: said(wire.status_message),
    type: said(wire.type),
    comment: said(wire.comment),
    user: said(wire.user?.name),
    parentId: said(wire.parent?.id),
    createdAt: epochMs(wire.created),
    updatedAt: latest([wire.last_update, wire.last_change, wire.status_changed]),
    // The server says 0 of a task that has never run.
    lastIteration:
      said(wire.started) === undefined && wire.last_iteration === 0 ? undefined : wire.last_iteration,
  });
}

function datasetOf({ system_tags: tags, runtime }: WireTask): Partial<Task> {
  return tags.includes('dataset')
    ? {
        dataset: defined({
          version: said(runtime?.version),
          fileCount: runtime?.ds_file_count,
          sizeBytes: runtime?.ds_total_size,
        }),
      }
    : {};
}

/** A reset or dequeued task keeps traces of its last run on the server; they are not of this state. */
function runOf(wire: WireTask): Partial<Task> {
  const status = statusOf(wire.status);
  const queueId = status === 'queued' || status === 'running' ? said(wire.execution?.queue?.id) : undefined;
  if (status === 'draft' || status === 'queued') {
    return defined({ queueId });
  }
  return defined({
    queueId,
    workerId: said(wire.last_worker),
    startedAt: epochMs(wire.started),
    endedAt: status === 'running' ? undefined : (epochMs(wire.completed) ?? stoppedAt(wire, status)),
  });
}

function placeOf(wire: WireTask, { webBase, apiVersion }: MapContext): Partial<Task> {
  const projectId = said(wire.project?.id);
  return defined({
    projectId,
    projectName: said(wire.project?.name),
    webUrl: webBase === undefined ? undefined : taskPageUrl(webBase, apiVersion, projectId, wire.id),
  });
}

/** The server fills `completed` for most ends; where it does not, the change of status was the end. */
function stoppedAt(wire: WireTask, status: string): EpochMs | undefined {
  return status === 'stopped' || status === 'failed' || status === 'completed'
    ? epochMs(wire.status_changed)
    : undefined;
}

function latest(dates: readonly (string | undefined)[]): EpochMs | undefined {
  const known = dates.map(epochMs).filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

type WireProject = z.infer<typeof projectsData>['projects'][number];

export function toProject(wire: WireProject): Project {
  const counts = wire.stats?.active.status_count;
  return {
    id: wire.id,
    name: wire.name,
    ...(PIPELINE_PROJECT.test(wire.name) ? { isPipeline: true } : {}),
    ...defined({
      description: said(wire.description),
      taskCounts: counts === undefined ? undefined : countByStatus(counts),
      modelCount: wire.own_models,
      updatedAt: epochMs(wire.last_update),
    }),
  };
}

type WireQueue = z.infer<typeof queuesData>['queues'][number];

export function toQueue(wire: WireQueue): Queue {
  const entries = (wire.entries ?? []).flatMap(({ task, added }) => {
    const taskId = said(task?.id);
    return taskId === undefined
      ? []
      : [{ taskId, taskName: task?.name ?? taskId, ...defined({ addedAt: epochMs(added) }) }];
  });
  const workerNames = wire.workers?.map(({ name, key }) => name ?? key).filter((name) => name !== undefined);
  return {
    id: wire.id,
    name: said(wire.display_name) ?? wire.name,
    isDefault: wire.system_tags.includes('default'),
    entries,
    ...defined({ workerNames }),
  };
}

export function toCode(script: z.infer<typeof wireScript> | undefined): TaskCode {
  return defined({
    repository: said(script?.repository),
    branch: said(script?.branch),
    commit: said(script?.version_num),
    entryPoint: said(script?.entry_point),
    workingDirectory: said(script?.working_dir),
    uncommittedDiff: said(script?.diff),
  });
}
