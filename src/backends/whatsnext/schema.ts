/** What Trackside reads of WhatsNext's answers: strict on what is used, lenient where document and server disagree. */
import * as z from 'zod';

const text = z.string().nullish().catch(undefined);
const number = z.number().nullish().catch(undefined);
const id = z.number().int();

export const wireProject = z.object({
  id,
  name: z.string().catch(''),
  description: text,
  status: z.string().catch(''),
  created_at: text,
});
export type WireProject = z.infer<typeof wireProject>;

export const wireJob = z.object({
  id,
  name: z.string().catch(''),
  project_id: id,
  task_id: id,
  parameters: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  created_at: text,
  /** In the document's answers only; the real server leaves all three out. */
  status: text,
  priority: number,
  depends: z.record(z.string(), z.unknown()).nullish().catch(undefined),
});
export type WireJob = z.infer<typeof wireJob>;

export const wireTemplate = z.object({
  id,
  name: z.string().catch(''),
  project_id: id,
  command_template: text,
  required_cpu: number,
  required_accelerators: number,
});
export type WireTemplate = z.infer<typeof wireTemplate>;

export const wireClient = z.object({
  id: z.string().min(1),
  name: text,
  entity: text,
  description: text,
  available_cpu: number,
  available_accelerators: number,
  last_heartbeat: text,
  is_active: z.number().nullish().catch(undefined),
});

/** The document names a dependency `id` and `name`, the server `job_id` and `job_name`. */
const dependency = z
  .object({
    job_id: id.nullish(),
    id: id.nullish(),
    job_name: text,
    name: text,
    status: z.string().catch('unknown'),
  })
  .transform(({ job_id, id: plainId, job_name, name, status }, context) => {
    const found = job_id ?? plainId;
    if (found === undefined || found === null) {
      context.addIssue({ code: 'custom', message: 'a dependency without id' });
      return z.NEVER;
    }
    return { id: found, name: job_name ?? name ?? '', status };
  });

/** The document's answer tells nothing of the job itself. */
export const dependencyReply = z.object({
  job_id: id,
  job_name: text,
  status: text,
  dependencies: z.array(dependency),
  all_completed: z.boolean().nullish().catch(undefined),
});
export type DependencyReply = z.infer<typeof dependencyReply>;

export const batchReply = z.object({ job_ids: z.array(id) });

/** `detail` of a refusal: a sentence, or what FastAPI found wrong with each field. */
export const refusal = z.object({
  detail: z.union([
    z.string(),
    z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])).catch([]), msg: z.string() })),
  ]),
});

/** `/checkdb` as the server answers it, or as the document says. */
export const databaseCheck = z.union([
  z.object({ status: z.enum(['healthy', 'unhealthy']), database: z.enum(['connected', 'disconnected']) }),
  z.object({ message: z.literal('DB is working') }),
]);
