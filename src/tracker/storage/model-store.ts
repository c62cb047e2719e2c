import { newId } from '../ids';
import { parseObject, type JsonObject } from '../json';
import { integer, text, textOrUndefined, type Row, type Sqlite } from './sqlite';

/** A model. `body` holds what has no column: framework, comment, labels, design, tags, system_tags, metadata, … */
export interface ModelRecord {
  readonly id: string;
  readonly name: string;
  readonly project: string | undefined;
  /** The task that made it. */
  readonly task: string | undefined;
  readonly uri: string;
  /** True once it is published. */
  readonly isReady: boolean;
  readonly created: number;
  readonly lastUpdate: number;
  readonly body: JsonObject;
}

export type NewModel = Omit<ModelRecord, 'id' | 'created' | 'lastUpdate'>;

/** Models of tasks. Writing happens inside the caller's transaction. */
export class ModelStore {
  constructor(private readonly db: Sqlite) {}

  /** Newest first; of these tasks or projects only, where any are given. */
  list(filter: { readonly tasks: readonly string[]; readonly projects: readonly string[] }): ModelRecord[] {
    const conditions = [inList('task', filter.tasks), inList('project', filter.projects)].filter(
      (condition) => condition !== undefined,
    );
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const sql = `SELECT * FROM models ${where} ORDER BY created DESC, id`;
    return this.db.all(sql, ...filter.tasks, ...filter.projects).map(toRecord);
  }

  /** How many are right in a project. */
  count(projectId: string): number {
    const row = this.db.get('SELECT count(*) AS count FROM models WHERE project = ?', projectId);
    return row === undefined ? 0 : integer(row, 'count');
  }

  find(id: string): ModelRecord | undefined {
    const row = this.db.get('SELECT * FROM models WHERE id = ?', id);
    return row === undefined ? undefined : toRecord(row);
  }

  /** Returns the new model's id. */
  create(model: NewModel, nowMs: number): string {
    const id = newId();
    this.save({ ...model, id, created: nowMs, lastUpdate: nowMs }, nowMs);
    return id;
  }

  save(model: ModelRecord, nowMs: number): void {
    this.db.run(
      `INSERT OR REPLACE INTO models (id, name, project, task, uri, is_ready, created, last_update, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      model.id,
      model.name,
      model.project ?? null,
      model.task ?? null,
      model.uri,
      model.isReady ? 1 : 0,
      model.created,
      nowMs,
      JSON.stringify(model.body),
    );
  }

  delete(id: string): void {
    this.db.run('DELETE FROM models WHERE id = ?', id);
  }
}

function inList(column: string, values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : `${column} IN (${values.map(() => '?').join(', ')})`;
}

function toRecord(row: Row): ModelRecord {
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    project: textOrUndefined(row, 'project'),
    task: textOrUndefined(row, 'task'),
    uri: text(row, 'uri'),
    isReady: integer(row, 'is_ready') === 1,
    created: integer(row, 'created'),
    lastUpdate: integer(row, 'last_update'),
    body: parseObject(text(row, 'body')),
  };
}
