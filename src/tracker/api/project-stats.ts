import { isoTime, type JsonObject } from '../json';
import type { ProjectRecord } from '../storage/project-store';
import { integer, text } from '../storage/sqlite';
import { taskCondition } from '../storage/task-query';
import { WIRE_STATUSES } from '../tasks/task-words';
import type { TrackerContext } from '../tracker-context';

const DAY_MS = 24 * 3600 * 1000;

interface Figures {
  readonly counts: Map<string, number>;
  runtimeMs: number;
  completedToday: number;
  lastRun: number;
}

/**
 * Counts of tasks by status for many projects, read in one query. Archived tasks do not count, nor those that the
 * filters leave out.
 */
export class ProjectStats {
  private readonly byProject = new Map<string, Figures>();

  constructor(
    context: TrackerContext,
    private readonly projects: readonly ProjectRecord[],
    filters: JsonObject = {},
  ) {
    const { sql, values } = taskCondition({ search_hidden: true, ...filters }, undefined);
    const since = context.clock.now() - DAY_MS;
    const rows = context.storage.db.all(
      `SELECT project, status, count(*) AS tasks, max(started) AS last_run,
        sum(coalesce(completed, last_update) - started) AS runtime, sum(completed > ?) AS today
        FROM tasks WHERE is_archived = 0 AND ${sql} GROUP BY project, status`,
      since,
      ...values,
    );
    for (const row of rows) {
      const figures = this.figures(text(row, 'project'));
      const status = text(row, 'status');
      figures.counts.set(status, (figures.counts.get(status) ?? 0) + integer(row, 'tasks'));
      figures.runtimeMs += integer(row, 'runtime');
      figures.lastRun = Math.max(figures.lastRun, integer(row, 'last_run'));
      figures.completedToday += status === 'completed' || status === 'published' ? integer(row, 'today') : 0;
    }
  }

  /** `stats` and `sub_projects` of one project, with what is below it unless told otherwise. */
  of(project: ProjectRecord, withChildren: boolean): JsonObject {
    const below = this.projects.filter(({ name }) => name.startsWith(`${project.name}/`));
    const counted = [project, ...(withChildren ? below : [])].flatMap(
      ({ id }) => this.byProject.get(id) ?? [],
    );
    const sum = (read: (figures: Figures) => number): number =>
      counted.reduce((total, figures) => total + read(figures), 0);
    const statusCount = Object.fromEntries(
      WIRE_STATUSES.map((status) => [status, sum(({ counts }) => counts.get(status) ?? 0)]),
    );
    const lastRun = Math.max(0, ...counted.map((figures) => figures.lastRun));
    return {
      stats: {
        active: {
          status_count: statusCount,
          total_tasks: Object.values(statusCount).reduce((total, count) => total + count, 0),
          total_runtime: Math.floor(sum(({ runtimeMs }) => runtimeMs) / 1000),
          completed_tasks_24h: sum(({ completedToday }) => completedToday),
          last_task_run: lastRun === 0 ? null : isoTime(lastRun),
        },
      },
      sub_projects: below.map(({ id, name }) => ({ id, name })),
    };
  }

  private figures(projectId: string): Figures {
    const known = this.byProject.get(projectId);
    if (known !== undefined) {
      return known;
    }
    const figures = { counts: new Map<string, number>(), runtimeMs: 0, completedToday: 0, lastRun: 0 };
    this.byProject.set(projectId, figures);
    return figures;
  }
}
