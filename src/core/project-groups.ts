import type { Project } from './entities';

/** What a server keeps apart from ordinary projects and tasks, in the order people are shown it. */
export const GROUP_KINDS = [
  'pipelines',
  'datasets',
  'models',
  'reports',
  'hidden',
  'archived',
  'archivedModels',
] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];

/** A project that holds one pipeline's runs, one dataset's versions, reports, or what somebody hid. */
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
