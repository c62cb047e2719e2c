import * as z from 'zod';
import type { Backend } from '../../src/backends/contract';
import type { ProjectRequest, QueueRequest } from '../../src/core/actions';
import { TracksideError } from '../../src/core/errors';
import type { ModelRequest } from '../../src/core/models';
import type { Changed } from './change-words';
import { offered } from './probe-lists';
import type { ProbeOptions } from './probe-options';

const text = z.string().min(1);
const texts = z.array(z.string()).default([]);

const queueRequest: z.ZodType<QueueRequest> = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('create'), name: text }),
  z.strictObject({ change: z.literal('rename'), queueId: text, name: text }),
  z.strictObject({ change: z.literal('delete'), queueId: text }),
  z.strictObject({ change: z.literal('clear'), queueId: text }),
  z.strictObject({
    change: z.literal('reorder'),
    queueId: text,
    taskId: text,
    place: z.enum(['front', 'up', 'down', 'back']),
  }),
]);

const projectRequest: z.ZodType<ProjectRequest> = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('create'), name: text }),
  z.strictObject({ change: z.literal('rename'), projectId: text, name: text }),
  z.strictObject({ change: z.literal('move'), projectId: text, parentName: z.string() }),
  z.strictObject({ change: z.literal('delete'), projectId: text }),
]);

const modelRequest: z.ZodType<ModelRequest> = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('publish'), withTask: z.boolean().default(false) }),
  z.strictObject({ action: z.literal('rename'), name: text }),
  z.strictObject({ action: z.literal('tag'), add: texts, remove: texts }),
  z.strictObject({ action: z.literal('archive') }),
  z.strictObject({ action: z.literal('unarchive') }),
  z.strictObject({ action: z.literal('delete'), keepsFile: z.boolean().default(false) }),
]);

/** Changes a queue, a project or a model as `--value` says, and tells what there is afterwards. */
export async function change(
  backend: Backend,
  what: Changed,
  options: ProbeOptions,
  signal: AbortSignal,
): Promise<object> {
  switch (what) {
    case 'queue': {
      const queues = offered(backend.queues, 'queues');
      offered(queues.change, 'way to change queues');
      await queues.change?.(parsed(queueRequest, options), signal);
      return { queues: await queues.list(signal) };
    }
    case 'project':
      offered(backend.projects?.change, 'way to change projects');
      await backend.projects?.change?.(parsed(projectRequest, options), signal);
      return { projects: await backend.listProjects(signal) };
    case 'model': {
      const models = offered(backend.models, 'models');
      const [outcome] = await models.act([options.taskId ?? ''], parsed(modelRequest, options), signal);
      if (outcome?.error !== undefined) {
        throw outcome.error;
      }
      return { outcome };
    }
  }
}

function parsed<T>(schema: z.ZodType<T>, { value = '' }: ProbeOptions): T {
  let json: unknown;
  try {
    json = JSON.parse(value);
  } catch {
    // What is no JSON is no request either.
  }
  const { data } = schema.safeParse(json);
  if (data === undefined) {
    throw new TracksideError('invalid', 'The change cannot be read.', 'See --help for what --value may say.');
  }
  return data;
}
