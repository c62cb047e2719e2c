import type { Project } from '../../core/entities';
import { TracksideError } from '../../core/errors';
import type { GroupPlace } from '../../core/project-groups';
import type { PipelineRecord, TargetRecord } from './records';
import type { Studio } from './studio';

/** Above the names of what is deployed to in full paths. */
const DEPLOYMENTS = 'Deployments';
const SHORT_ID = 8;

/** A pipeline, or what is deployed to, as a project. */
export type Place =
  | { readonly kind: 'pipeline'; readonly path: string; readonly pipeline: PipelineRecord }
  | { readonly kind: 'target'; readonly path: string; readonly target: TargetRecord };

type Known = ReadonlyMap<string, Place>;

/** Workspaces hold pipelines, which hold runs; apart from them stands what is deployed to, which holds deployments. */
export class Places {
  private pipelines: Known | undefined;
  private targets: Known | undefined;

  constructor(private readonly studio: Studio) {}

  async list(signal: AbortSignal): Promise<readonly Project[]> {
    return [...(await this.readPipelines(signal))].map(([id, place]) => toProject(id, place));
  }

  /** What is deployed to. */
  async deployable(signal: AbortSignal): Promise<readonly GroupPlace[]> {
    return [...(await this.readTargets(signal))].map(([id, place]) => ({
      ...toProject(id, place),
      label: placeName(place),
    }));
  }

  /** By project id, as they were when they were last listed. */
  async all(signal: AbortSignal): Promise<Known> {
    const [pipelines, targets] = await Promise.all([
      this.pipelines ?? this.readPipelines(signal),
      this.targets ?? this.readTargets(signal),
    ]);
    return new Map([...pipelines, ...targets]);
  }

  /** Also of what was made since they were listed. */
  async find(projectId: string, signal: AbortSignal): Promise<Place | undefined> {
    const known = (await this.all(signal)).get(projectId);
    if (known !== undefined) {
      return known;
    }
    const [pipelines, targets] = await Promise.all([this.readPipelines(signal), this.readTargets(signal)]);
    return pipelines.get(projectId) ?? targets.get(projectId);
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
    return projectId === undefined
      ? undefined
      : (this.pipelines?.get(projectId) ?? this.targets?.get(projectId));
  }

  private async readPipelines(signal: AbortSignal): Promise<Known> {
    const calls = await this.studio.calls(signal);
    const [workspaces, pipelines] = await Promise.all([calls.workspaces(signal), calls.pipelines(signal)]);
    const taken = new Set<string>();
    this.pipelines = new Map(
      pipelines.map((pipeline) => {
        const name = `${workspacePath(pipeline, workspaces)}${segment(pipeline.name)}`;
        return [pipeline.id, { kind: 'pipeline', path: unique(name, pipeline.id, taken), pipeline }];
      }),
    );
    return this.pipelines;
  }

  private async readTargets(signal: AbortSignal): Promise<Known> {
    const targets = await (await this.studio.calls(signal)).targets(signal);
    const taken = new Set<string>();
    this.targets = new Map(
      targets.map((target) => {
        const name = `${DEPLOYMENTS}/${segment(target.name)}`;
        const path = unique(name, target.id.replace(/^\w+:/, ''), taken);
        return [target.id, { kind: 'target', path, target }];
      }),
    );
    return this.targets;
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
