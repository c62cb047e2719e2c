import * as z from 'zod';

/** Absent values arrive as null, as nothing, and as the text "None". */
const text = z
  .string()
  .nullish()
  .transform((value) => (value === null || value === undefined || value === 'None' ? undefined : value));

export const WELCOME_WORDS = /clearml api/i;
export const welcome = z.object({ message: z.string() });
export const health = z.object({ status: z.string(), projects_count: z.number().nullish() });
export const failure = z.object({ detail: z.unknown() });

export const projectRow = z.object({
  id: z.string(),
  name: z.string(),
  description: text,
  last_update: text,
});
export const projectList = z.object({ projects: z.array(projectRow) });

const modelIds = z.record(z.string(), z.unknown()).nullish();
export const taskRow = z.object({
  id: z.string(),
  name: text,
  type: text,
  status: text,
  project: text,
  comment: text,
  created: text,
  started: text,
  completed: text,
  last_updated: text,
  tags: z.array(z.string()).nullish(),
  system_tags: z.array(z.string()).nullish(),
  input_models: modelIds,
  output_models: modelIds,
});
export const taskList = z.object({ tasks: z.array(taskRow) });

export const artifactRow = z.object({
  name: z.string(),
  type: text,
  mode: text,
  uri: text,
  hash: text,
  size: z.number().nullish(),
  timestamp: text,
  preview: text,
});
export const artifactList = z.object({ artifacts: z.array(artifactRow) });
export const taskDetail = z.object({
  task: taskRow,
  parameters: z.record(z.string(), z.unknown()).nullish(),
  artifacts: z.array(artifactRow).nullish(),
});
export const createdTask = z.object({ id: z.string() });

export type ProjectRow = z.infer<typeof projectRow>;
export type TaskRow = z.infer<typeof taskRow>;
export type ArtifactRow = z.infer<typeof artifactRow>;
