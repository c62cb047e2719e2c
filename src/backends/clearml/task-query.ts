import * as z from 'zod';
import { TracksideError } from '../../core/errors';
import type { TaskOrder, TaskQuery } from '../contract';
import { wordsOf } from './statuses';

/** What a row needs; never the whole document with its diff and configuration. */
export const TASK_FIELDS: readonly string[] = [
  'id',
  'name',
  'type',
  'status',
  'status_reason',
  'status_message',
  'status_changed',
  'comment',
  'created',
  'started',
  'completed',
  'last_update',
  'last_change',
  'last_iteration',
  'last_worker',
  'parent',
  'project.name',
  'user.name',
  'company',
  'execution.queue',
  'tags',
  'system_tags',
  // Of datasets only.
  'runtime.version',
  'runtime.ds_file_count',
  'runtime.ds_total_size',
];

/** Server fields that the three orders sort by. */
export const ORDER_FIELD: Readonly<Record<TaskOrder, 'created' | 'last_update' | 'name'>> = {
  newest: 'created',
  updated: 'last_update',
  name: 'name',
};

/**
 * Where the next page begins: after the row with this value of the ordering field, leaving out the rows of exactly
 * that value which were shown already. Rows that appear or vanish meanwhile shift nothing.
 */
const taskCursor = z.object({
  order: z.enum(['newest', 'updated', 'name']),
  bound: z.string(),
  shownAtBound: z.array(z.string()),
  /** Rows shown before; where to look when the server cannot be asked by value. */
  offset: z.number().int().nonnegative(),
});
export type TaskCursor = z.infer<typeof taskCursor>;

export function writeCursor(cursor: TaskCursor): string {
  return JSON.stringify(cursor);
}

export function readCursor(text: string, order: TaskOrder): TaskCursor {
  try {
    const cursor = taskCursor.parse(JSON.parse(text));
    if (cursor.order === order) {
      return cursor;
    }
  } catch {
    // Said below, for both.
  }
  throw new TracksideError(
    'invalid',
    'This is not a place in this list of tasks.',
    'Read the list from its beginning.',
  );
}

/** System tags of tasks that the server's own pages list in rooms of their own. */
export const APART_TAGS: readonly string[] = ['pipeline', 'dataset'];

/** Filters of a query in ClearML's terms; undefined when nothing can match. */
export function filtersOf(query: TaskQuery): Record<string, unknown> | undefined {
  const statuses = query.statuses ?? [];
  const words = wordsOf(statuses);
  if (statuses.length > 0 && words.length === 0) {
    return undefined;
  }
  return {
    system_tags: systemTagFilter(query),
    ...(words.length === 0 ? {} : { status: words }),
    ...(query.includesHidden === true ? { search_hidden: true } : {}),
    ...(query.types?.length ? { type: query.types } : {}),
    ...(query.userIds?.length ? { user: query.userIds } : {}),
    ...projectFilter(query),
    ...contentFilter(query),
  };
}

function systemTagFilter({ isArchived, includesHidden, omitsApart }: TaskQuery): string[] {
  const without = [
    // Servers before API 2.17 hide nothing by themselves.
    ...(includesHidden === true ? [] : ['hidden']),
    ...(omitsApart === true ? APART_TAGS : []),
  ];
  return [
    isArchived === true ? '__$and' : '__$not',
    'archived',
    ...without.flatMap((tag) => ['__$not', tag]),
  ];
}

function projectFilter({ projectId, includeSubprojects = false }: TaskQuery): Record<string, unknown> {
  return projectId === undefined ? {} : { project: [projectId], include_subprojects: includeSubprojects };
}

function contentFilter({ tags = [], text = '' }: TaskQuery): Record<string, unknown> {
  const wanted = text.trim();
  return {
    ...(tags.length === 0 ? {} : { tags: ['__$all', ...tags] }),
    ...(wanted === ''
      ? {}
      : { _any_: { pattern: escapePattern(wanted), fields: ['id', 'name', 'comment'] } }),
  };
}

/** The text as a regular expression that means just itself, in Python and elsewhere. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
