import { newId } from '../ids';
import { parseObject, type JsonObject } from '../json';
import { integer, text, textOrUndefined, type Row, type Sqlite } from './sqlite';

/** A project. `body` holds what has no column: description, tags, system_tags, default_output_destination. */
export interface ProjectRecord {
  readonly id: string;
  /** Full path, segments separated by `/`. */
  readonly name: string;
  readonly parent: string | undefined;
  readonly user: string;
  readonly created: number;
  readonly lastUpdate: number;
  readonly body: JsonObject;
}

/** Projects, few enough to be read whole. Writing happens inside the caller's transaction. */
export class ProjectStore {
  constructor(private readonly db: Sqlite) {}

  all(): ProjectRecord[] {
    return this.db.all('SELECT * FROM projects ORDER BY name').map(toRecord);
  }

  find(id: string): ProjectRecord | undefined {
    const row = this.db.get('SELECT * FROM projects WHERE id = ?', id);
    return row === undefined ? undefined : toRecord(row);
  }

  findByName(name: string): ProjectRecord | undefined {
    const row = this.db.get('SELECT * FROM projects WHERE name = ?', name);
    return row === undefined ? undefined : toRecord(row);
  }

  /** Creates the project and the missing ones above it; returns its id. */
  create(name: string, user: string, nowMs: number, body: JsonObject): string {
    const cut = name.lastIndexOf('/');
    const parentName = cut < 0 ? undefined : name.slice(0, cut);
    const parent =
      parentName === undefined
        ? null
        : (this.findByName(parentName)?.id ?? this.create(parentName, user, nowMs, {}));
    const id = newId();
    this.db.run(
      'INSERT INTO projects (id, name, parent, user, created, last_update, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
      id,
      name,
      parent,
      user,
      nowMs,
      nowMs,
      JSON.stringify(body),
    );
    return id;
  }

  /** Writes a changed name, parent or body; `names` of projects below are the caller's matter. */
  save(project: ProjectRecord, nowMs: number): void {
    this.db.run(
      'UPDATE projects SET name = ?, parent = ?, last_update = ?, body = ? WHERE id = ?',
      project.name,
      project.parent ?? null,
      nowMs,
      JSON.stringify(project.body),
      project.id,
    );
  }

  delete(id: string): void {
    this.db.run('DELETE FROM projects WHERE id = ?', id);
  }

  /** The project and everything below it, or nothing when it does not exist. */
  withDescendants(id: string): ProjectRecord[] {
    const project = this.find(id);
    if (project === undefined) {
      return [];
    }
    const prefix = `${project.name}/`;
    return [project, ...this.all().filter(({ name }) => name.startsWith(prefix))];
  }
}

function toRecord(row: Row): ProjectRecord {
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    parent: textOrUndefined(row, 'parent'),
    user: text(row, 'user'),
    created: integer(row, 'created'),
    lastUpdate: integer(row, 'last_update'),
    body: parseObject(text(row, 'body')),
  };
}
