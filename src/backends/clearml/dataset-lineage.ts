import * as z from 'zod';
import type { DependencyEdge, DependencyGraph, DependencyNode } from '../../core/dependency-graph';
import { parseLenientJson } from '../../core/lenient-json';
import { said } from './map';
import { DATASET, goneNode, readRelatives, readVersions, relativeNode, type Relative } from './relatives';
import type { ClearMlSession } from './session';

/** Every version tells all it was made from, so few of them tell much. */
const MOST_VERSIONS = 100;

/** A version as another one's `Dataset Struct` tells it. */
interface Version {
  readonly taskId: string;
  readonly label: string;
  readonly parentIds: readonly string[];
}

const wireVersion = z.object({
  job_id: z.string().min(1),
  name: z.string().optional().catch(undefined),
  version: z.string().optional().catch(undefined),
  /** Keys of the same object, not ids. */
  parents: z.array(z.coerce.string()).nullish().catch([]),
});

/** Versions by task that this text names; undefined when it names none, and so the task is no dataset. */
export function readStructure(text: string | undefined): readonly Version[] | undefined {
  const parsed = z.record(z.string(), z.unknown()).safeParse(parseLenientJson(text ?? ''));
  const entries = Object.entries(parsed.data ?? {}).flatMap(([key, value]) => {
    const { data } = wireVersion.safeParse(value);
    return data === undefined ? [] : [[key, data] as const];
  });
  if (entries.length === 0) {
    return undefined;
  }
  const ids = new Map(entries.map(([key, { job_id }]) => [key, job_id]));
  return entries.map(([, { job_id, name, version, parents }]) => ({
    taskId: job_id,
    label: [said(name), said(version)].filter((part) => part !== undefined).join(' ') || job_id,
    parentIds: (parents ?? []).flatMap((key) => ids.get(key) ?? []),
  }));
}

/** All versions that a version of a dataset came from and that came of it, in its project. Undefined for no dataset. */
export async function readLineage(
  session: ClearMlSession,
  task: Relative,
  signal: AbortSignal,
): Promise<DependencyGraph | undefined> {
  const own = readStructure(task.configuration?.[DATASET]?.value);
  if (own === undefined) {
    return undefined;
  }
  const projectId = task.project?.id;
  const listed = projectId === undefined ? [] : await readVersions(session, projectId, MOST_VERSIONS, signal);
  const versions = new Map<string, Version>();
  for (const version of [task, ...listed].flatMap(structureOf)) {
    versions.set(version.taskId, version);
  }
  const connected = connectedTo(task.id, [...versions.values()]);
  const known = new Map([...listed, task].map((each) => [each.id, each]));
  const unread = [...connected].filter((id) => !known.has(id));
  for (const each of await readRelatives(session, unread, signal)) {
    known.set(each.id, each);
  }
  const shown = [...versions.values()].filter(({ taskId }) => connected.has(taskId));
  return {
    title: task.name ?? task.id,
    focusId: task.id,
    nodes: shown.map((version) => versionNode(version, known.get(version.taskId))),
    edges: shown.flatMap(edgesTo),
    notes:
      listed.length < MOST_VERSIONS
        ? []
        : [`Of the versions made from these, the newest ${MOST_VERSIONS} are looked at.`],
  };
}

function structureOf({ configuration }: Relative): readonly Version[] {
  return readStructure(configuration?.[DATASET]?.value) ?? [];
}

function edgesTo({ taskId, parentIds }: Version): DependencyEdge[] {
  return parentIds.map((from) => ({ from, to: taskId }));
}

/** Two datasets may share a project by hand; only what hangs together with this one is its lineage. */
function connectedTo(taskId: string, versions: readonly Version[]): ReadonlySet<string> {
  const near = new Map<string, string[]>();
  for (const { from, to } of versions.flatMap(edgesTo)) {
    near.set(from, [...(near.get(from) ?? []), to]);
    near.set(to, [...(near.get(to) ?? []), from]);
  }
  const found = new Set([taskId]);
  for (const id of found) {
    (near.get(id) ?? []).forEach((each) => found.add(each));
  }
  return found;
}

function versionNode({ taskId, label }: Version, task: Relative | undefined): DependencyNode {
  return task === undefined ? goneNode(taskId, label) : { ...relativeNode(task), label, type: 'dataset' };
}
