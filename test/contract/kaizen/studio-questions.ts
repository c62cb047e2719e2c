import assert from 'node:assert/strict';
import { KaizenBackend } from '../../../src/backends/kaizen/kaizen-backend';
import type { KaizenOptions } from '../../../src/backends/kaizen/session';
import type { TaskQuery } from '../../../src/backends/contract';
import { Redactor } from '../../../src/client/redaction';
import type { Task } from '../../../src/core/entities';
import { isTracksideError, type FailureKind } from '../../../src/core/errors';
import { silentLogger } from '../../../src/core/logger';
import type { GroupPlace } from '../../../src/core/project-groups';
import type { SeriesDelta } from '../../../src/core/series';
import { FAKE_ACCOUNT, type FakeStudio } from '../../fakes/kaizen/fake-studio';
import type { FakePipeline } from '../../fakes/kaizen/fake-world';

export const noSignal = (): AbortSignal => new AbortController().signal;
const NO_WAIT = { maxRetries: 2, firstPauseMs: 1, maxPauseMs: 1, maxRetryAfterMs: 1_000 };

export function open(
  studio: FakeStudio,
  account: Readonly<Record<string, string>> = FAKE_ACCOUNT,
  redactor = new Redactor(),
  more: Partial<KaizenOptions> = {},
): KaizenBackend {
  return new KaizenBackend({
    url: studio.url,
    credentials: () => Promise.resolve(account),
    logger: silentLogger,
    userAgent: 'Trackside-test',
    redactor,
    retry: NO_WAIT,
    ...more,
  });
}

export async function all(backend: KaizenBackend, query: TaskQuery = {}): Promise<readonly Task[]> {
  return (await backend.listTasks(query, { size: 1_000 }, noSignal())).items;
}

export async function one(backend: KaizenBackend, id: string): Promise<Task> {
  const [task] = await backend.getTasks([id], noSignal());
  assert.ok(task, `no task ${id}`);
  return task;
}

/** What is deployed to. */
export async function deployable(backend: KaizenBackend): Promise<readonly GroupPlace[]> {
  const groups = await backend.groups.list(noSignal());
  return groups.find(({ id }) => id === 'deployments')?.places ?? [];
}

/** Of a pipeline, or of what is deployed to. */
export async function projectId(backend: KaizenBackend, name: RegExp): Promise<string> {
  const projects = [...(await backend.listProjects(noSignal())), ...(await deployable(backend))];
  const found = projects.find((project) => name.test(project.name));
  assert.ok(found, projects.map((project) => project.name).join(', '));
  return found.id;
}

export async function printed(backend: KaizenBackend, taskId: string): Promise<string> {
  const { chunks } = await backend.console.read(taskId, undefined, 100, noSignal());
  return chunks.map(({ text }) => text).join('');
}

export async function deltasOf(
  backend: KaizenBackend,
  taskId: string,
  cursor?: string,
): Promise<[SeriesDelta[], string]> {
  const deltas: SeriesDelta[] = [];
  const reading = backend.series.read(taskId, cursor, noSignal());
  for (;;) {
    const next = await reading.next();
    if (next.done === true) {
      return [deltas, next.value];
    }
    deltas.push(next.value);
  }
}

export async function runWith(
  backend: KaizenBackend,
  pipeline: FakePipeline,
  document: string,
): Promise<readonly string[]> {
  const [template] = await backend.templates.list(pipeline.id, noSignal());
  assert.ok(template?.takesDocument);
  const runs = [{ name: template.name, inputs: {}, document }];
  return (await backend.templates.run(template, runs, noSignal())).createdTaskIds;
}

export async function runNamed(
  backend: KaizenBackend,
  project: string,
  name: string,
  inputs: Readonly<Record<string, string>> = {},
): ReturnType<KaizenBackend['templates']['run']> {
  const templates = await backend.templates.list(project, noSignal());
  const template = templates.find((candidate) => candidate.name === name);
  assert.ok(template, `no “${name}” among ${templates.map((candidate) => candidate.name).join(', ')}`);
  return backend.templates.run(template, [{ name, inputs }], noSignal());
}

export const fails = (kind: FailureKind, says?: RegExp) => (error: unknown) => {
  assert.ok(isTracksideError(error), String(error));
  assert.equal(error.kind, kind, error.message);
  assert.match(error.message, says ?? /./);
  return true;
};

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
