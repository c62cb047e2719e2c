/** What `--change` changes. */
export const CHANGED = ['queue', 'project', 'model'] as const;
export type Changed = (typeof CHANGED)[number];

/** What `--value` may say, for the usage. */
export const CHANGE_EXAMPLES = [
  `queue    {"change": "create", "name": "fast"}; rename, delete, clear, reorder`,
  `project  {"change": "move", "projectId": "…", "parentName": "Vision"}; create, rename, delete`,
  `model    {"action": "publish"} with --task ID of the model; rename, tag, archive, unarchive, delete`,
] as const;
