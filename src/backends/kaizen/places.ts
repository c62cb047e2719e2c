import type { Project } from '../../core/entities';
import { TracksideError } from '../../core/errors';
import type { PipelineRecord, TargetRecord } from './records';
import type { Studio } from './studio';

/** Where deployments are listed. */
const DEPLOYMENTS = 'Deployments';
const SHORT_ID = 8;

/** A pipeline, or what is deployed to, as a project. */
export type Place =
  | { readonly kind: 'pipeline'; readonly path: string; readonly pipeline: PipelineRecord }
  | { readonly kind: 'target'; readonly path: string; readonly target: TargetRecord };

/** Workspaces hold pipelines, which hold runs; beside them stands what deployments go to, which holds deployments. */
export class Places {
  private known: ReadonlyMap<string, Place> | undefined;

  constructor(private readonly studio: Studio) {}

  async list(signal: AbortSignal): Promise<readonly Project[]> {
    return [...(await this.read(signal))].map(([id, place]) => toProject(id, place));
  }

  /** By project id, as they were when they were last listed. */
  async all(signal: AbortSignal): Promise<ReadonlyMap<string, Place>> {
    return this.known ?? this.read(signal);
  }

  /** Also of what was made since they were listed. */
  async find(projectId: string, signal: AbortSignal): Promise<Place | undefined> {
    return (await this.all(signal)).get(projectId) ?? (await this.read(signal)).get(projectId);
  }

  /** Throws `notFound`. */
  async require(projectId: string, signal: AbortSignal): Promise<Place> {
    const place = await this.find(projectId, signal);
    if (place === undefined) {
      throw new TracksideError('notFound', 'This project no longer exists on the server.', 'Refresh.');
    }
    return place;
  }

  peek(projectId: string | undefined): Place | undefined {
    return projectId === undefined ? undefined : this.known?.get(projectId);
  }

  private async read(signal: AbortSignal): Promise<ReadonlyMap<string, Place>> {
    const calls = await this.studio.calls(signal);
    const [workspaces, pipelines, targets] = await Promise.all([
      calls.workspaces(signal),
      calls.pipelines(signal),
      calls.targets(signal),
    ]);
    const taken = new Set<string>();
    const places = new Map<string, Place>();
    for (const pipeline of pipelines) {
      const path = unique(
        `${workspacePath(pipeline, workspaces)}${segment(pipeline.name)}`,
        pipeline.id,
        taken,
      );
      places.set(pipeline.id, { kind: 'pipeline', path, pipeline });
    }
    for (const target of targets) {
      const path = unique(`${DEPLOYMENTS}/${segment(target.name)}`, target.id.replace(/^\w+:/, ''), taken);
      places.set(target.id, { kind: 'target', path, target });
    }
    this.known = places;
    return places;
  }
}

/** The last part of a place's path. */
export function placeName({ path }: Place): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function shortId(id: string): string {
  return id.slice(0, SHORT_ID);
}

function workspacePath({ workspaceId }: PipelineRecord, names: ReadonlyMap<string, string>): string {
  if (workspaceId === undefined) {
    return '';
  }
  // Pipelines may carry any workspace, also one that does not exist.
  return `${segment(names.get(workspaceId) ?? `Workspace ${shortId(workspaceId)}`)}/`;
}

/** Paths nest by `/`, which names may hold. */
export function segment(name: string): string {
  const clean = name.replaceAll('/', '∕').trim();
  return clean === '' ? '?' : clean;
}

/** A path that no other place has; `taken` learns it. */
export function unique(path: string, id: string, taken: Set<string>): string {
  const own = taken.has(path) ? `${path} (${shortId(id)})` : path;
  taken.add(own);
  return own;
}

function toProject(id: string, place: Place): Project {
  if (place.kind === 'target') {
    const { description, environment, name, note } = place.target;
    const notes = [environment === name ? undefined : environment, note].filter((text) => text !== undefined);
    return {
      id,
      name: place.path,
      ...(description === undefined ? {} : { description }),
      ...(notes.length === 0 ? {} : { note: notes.join(', ') }),
    };
  }
  const { description, pattern, status } = place.pipeline;
  const says = [description, pattern === undefined ? undefined : `Pattern: ${pattern}`].filter(
    (text) => text !== undefined,
  );
  return {
    id,
    name: place.path,
    isArchived: status === 'archived',
    ...(says.length === 0 ? {} : { description: says.join(' · ') }),
    ...(status === undefined || status === 'active' || status === 'archived' ? {} : { note: status }),
  };
}
