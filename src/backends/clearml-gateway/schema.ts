import * as z from 'zod';
import { rows } from '../readable-rows';

/** Absent values arrive as null, as nothing, and as the text "None". */
const text = z
  .string()
  .nullish()
  .transform((value) => (value === null || value === undefined || value === 'None' ? undefined : value));

export const WELCOME_WORDS = /clearml api/i;
export const welcome = z.object({ message: z.string() });
export const health = z.object({ status: z.string(), projects_count: z.number().nullish() });
export const failure = z.object({ detail: z.unknown() });

const id = z.string().min(1);

export const projectRow = z.object({
  id,
  name: z.string(),
  description: text,
  last_update: text,
});
export const projectList = z.object({ projects: rows(projectRow) });

const modelIds = z.record(z.string(), z.unknown()).nullish();
const tags = rows(z.string()).nullish();

export const taskRow = z.object({
  id,
  name: text,
  type: text,
  status: text,
  project: text,
  comment: text,
  created: text,
  started: text,
  completed: text,
  last_updated: text,
  tags,
  system_tags: tags,
  input_models: modelIds,
  output_models: modelIds,
});
export const taskList = z.object({ tasks: rows(taskRow) });

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
export const artifactList = z.object({ artifacts: rows(artifactRow) });
export const taskDetail = z.object({
  task: taskRow,
  parameters: z.record(z.string(), z.unknown()).nullish(),
  artifacts: rows(artifactRow).nullish(),
});
export const createdTask = z.object({ id: z.string() });

export const modelRow = z.object({
  id,
  name: text,
  /** An id. */
  project: text,
  /** An id. */
  task: text,
  framework: text,
  tags,
  created: text,
  last_update: text,
});
export const modelList = z.object({ models: rows(modelRow) });

export const datasetRow = z.object({
  id,
  name: text,
  /** A name. */
  project: text,
  tags,
  version: text,
  created: text,
});
export const datasetList = z.object({ datasets: rows(datasetRow) });
export const fileList = z.object({ files: rows(z.object({ path: z.string() })) });

export type ModelRow = z.infer<typeof modelRow>;
export type DatasetRow = z.infer<typeof datasetRow>;
export type ProjectRow = z.infer<typeof projectRow>;
export type TaskRow = z.infer<typeof taskRow>;
export type ArtifactRow = z.infer<typeof artifactRow>;
