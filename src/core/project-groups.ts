import type { Project, Task } from './entities';
import { isLive, type TaskStatus } from './status';

/** What a server keeps apart from ordinary projects and tasks, in the order people are shown it. */
export const GROUP_KINDS = [
  'pipelines',
  'deployments',
  'agents',
  'datasets',
  'models',
  'reports',
  'hidden',
  'archived',
  'archivedModels',
] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];

/**
 * A project that holds one pipeline's runs, what is deployed to one place, one dataset's or agent's versions, reports, or
 * what somebody hid.
 */
export interface GroupPlace extends Project {
  /** What people call it, without the path. */
  readonly label: string;
  /** Full path of the ordinary project that it belongs to; absent at the top. */
  readonly home?: string;
  /** Of a dataset's newest version, where the server counts. */
  readonly fileCount?: number;
  readonly sizeBytes?: number;
}

/** Everything of one kind. Groups without contents are not listed. */
export interface ProjectGroup {
  readonly id: GroupKind;
  /** Empty for models and archived tasks, which are lists of their own. */
  readonly places: readonly GroupPlace[];
}

/** Whether something can be run on the places of a group, where the server runs templates at all. */
export function runsTemplates(group: GroupKind): boolean {
  return group === 'agents' || group === 'deployments';
}

/** True for tasks that stand in groups of their own: runs of pipelines and versions of datasets. */
export function isApart({ isPipelineRun, dataset }: Task): boolean {
  return isPipelineRun === true || dataset !== undefined;
}

interface NarrowedList {
  readonly statuses: readonly TaskStatus[];
  readonly text: string;
  readonly types: readonly string[];
  readonly isArchived: boolean;
}

/**
 * Whether a list of tasks leaves out those that stand apart. One that somebody narrowed to a text, a type, archived
 * tasks, or to what runs or waits now, shows them: their groups would not be where one looks for these.
 */
export function omitsApart({ statuses, text, types, isArchived }: NarrowedList): boolean {
  const isAboutLive = statuses.length > 0 && statuses.every(isLive);
  return !isArchived && !isAboutLive && text.trim() === '' && types.length === 0;
}
