import { isObject, type JsonObject } from '../json';
import { FILES_PATH } from '../../backends/clearml/client-variables-wire';
import { fileKey } from '../storage/file-store';
import type { TaskRecord } from '../storage/task-store';
import type { TrackerContext } from '../tracker-context';

/** What is to be kept although the task loses it; the real server removes both unless told otherwise. */
export interface OutputFate {
  readonly keepsModels: boolean;
  readonly keepsFiles: boolean;
}

export interface RemovedOutput {
  readonly deletedModels: number;
  readonly urls: {
    readonly model_urls: readonly string[];
    readonly event_urls: readonly string[];
    readonly artifact_urls: readonly string[];
  };
}

/**
 * Removes the models that a task made and are not published, and the files of its artifacts, images and removed models
 * as far as they are on the tracker's own files host. Call it before the task's events are cleared.
 */
export function removeOutput(context: TrackerContext, task: TaskRecord, fate: OutputFate): RemovedOutput {
  const { storage } = context;
  const models = fate.keepsModels
    ? []
    : storage.models.list({ tasks: [task.id], projects: [] }).filter(({ isReady }) => !isReady);
  models.forEach(({ id }) => storage.models.delete(id));
  const urls = {
    model_urls: models.map(({ uri }) => uri),
    event_urls: storage.samples
      .list(task.id, 'training_debug_image')
      .flatMap(({ body }) => textIn(body, 'url')),
    artifact_urls: artifactUris(context, task),
  };
  if (!fate.keepsFiles) {
    const keys = Object.values(urls).flat().flatMap(keyInUrl);
    storage.files.deleteWithCommit(keys);
  }
  return { deletedModels: models.length, urls };
}

function artifactUris({ storage }: TrackerContext, task: TaskRecord): string[] {
  const { artifacts } = storage.tasks.section(task.key, 'execution');
  const outputs = (Array.isArray(artifacts) ? artifacts : [])
    .filter(isObject)
    .filter((artifact) => artifact['mode'] !== 'input');
  return outputs.flatMap((artifact) => textIn(artifact, 'uri'));
}

function textIn(object: JsonObject, name: string): string[] {
  const value = object[name];
  return typeof value === 'string' && value !== '' ? [value] : [];
}

/** The key of a file on this files host, at whatever port it was then. */
function keyInUrl(url: string): string[] {
  const match = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d+([^?#]*)/i.exec(url);
  const [, path = ''] = match ?? [];
  if (!path.startsWith(`${FILES_PATH}/`)) {
    return [];
  }
  try {
    const key = fileKey(decodeURIComponent(path.slice(FILES_PATH.length)));
    return key === undefined ? [] : [key];
  } catch {
    return [];
  }
}
