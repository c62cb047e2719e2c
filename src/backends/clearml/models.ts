import * as z from 'zod';
import { isTracksideError, toTracksideError, TracksideError } from '../../core/errors';
import { MODEL_ACTIONS, type Model, type ModelQuery, type ModelRequest } from '../../core/models';
import type { ModelAbility, ModelOutcome } from '../contract';
import { rows } from '../readable-rows';
import { checkedName, checkTags } from './actions';
import { itemFailure } from './failure-reading';
import { defined, epochMs, isReadOnly, said, type MapContext } from './map';
import { figuresIn } from './metric-figures';
import { manyData, reference, text, wireLastMetrics, words } from './schema';
import type { ServerProbe } from './server-facts';
import type { ClearMlSession } from './session';
import { modelPageUrl } from './web-url';
import { windowOf } from './window';

const FIELDS = [
  'id',
  'name',
  'uri',
  'framework',
  'ready',
  'tags',
  'system_tags',
  'comment',
  'created',
  'last_update',
  'company',
  'user.name',
  'project.id',
  'project.name',
  'task.id',
  'task.name',
  'metadata',
  'last_metrics',
];

const wireModel = z.object({
  id: z.string().min(1),
  name: z.string().catch(''),
  uri: text,
  framework: text,
  ready: z.boolean().catch(false),
  tags: words,
  system_tags: words,
  comment: text,
  created: text,
  last_update: text,
  company: z.unknown().optional(),
  user: reference,
  project: reference,
  task: reference,
  metadata: z
    .record(z.string(), z.object({ value: text }).catch({ value: undefined }))
    .optional()
    .catch(undefined),
  last_metrics: wireLastMetrics,
});
type WireModel = z.infer<typeof wireModel>;
const modelsData = z.object({ models: rows(wireModel) });
const anything = z.unknown();

/** Models. What ClearML calls `set_ready` is publishing; there is no call of that name. */
export class ClearMlModels implements ModelAbility {
  constructor(
    private readonly session: ClearMlSession,
    private readonly probe: ServerProbe,
  ) {}

  async list(
    { projectId, isArchived }: ModelQuery,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ readonly items: readonly Model[]; readonly hasMore: boolean }> {
    const facts = await this.probe.facts(signal);
    const body = {
      only_fields: FIELDS,
      order_by: ['-created'],
      system_tags: [isArchived ? '__$and' : '__$not', 'archived'],
      ...(projectId === undefined ? {} : { project: [projectId] }),
      ...windowOf(0, limit + 1, facts.apiVersion).paging,
    };
    const { models } = await this.session.read('models.get_all_ex', body, modelsData, signal);
    return {
      items: models.slice(0, limit).map((wire) => toModel(wire, facts)),
      hasMore: models.length > limit,
    };
  }

  /** One after the other where the server knows no form for several; a refusal of one does not hold up the rest. */
  async act(
    ids: readonly string[],
    request: ModelRequest,
    signal: AbortSignal,
  ): Promise<readonly ModelOutcome[]> {
    if (ids.length === 0) {
      return []; // An empty list of ids is an error in some calls and everything in others.
    }
    switch (request.action) {
      case 'publish':
        return this.each(ids, (model) =>
          this.send('models.set_ready', { model, publish_task: request.withTask }, signal),
        );
      case 'rename':
        return this.each(ids, (model) =>
          this.send('models.update', { model, name: checkedName(request.name, 'model') }, signal),
        );
      case 'tag':
        checkTags(request.add);
        return this.each(ids, (id) => this.tag(id, request.add, request.remove, signal));
      case 'archive':
        return this.many('models.archive_many', { ids }, signal);
      case 'unarchive':
        return this.many('models.unarchive_many', { ids }, signal);
      case 'delete':
        return this.many(
          'models.delete_many',
          { ids, delete_external_artifacts: !request.keepsFile },
          signal,
        );
    }
  }

  /** Answered with 200 even when every item was refused. */
  private async many(
    call: string,
    body: { readonly ids: readonly string[]; readonly delete_external_artifacts?: boolean },
    signal: AbortSignal,
  ): Promise<ModelOutcome[]> {
    const answer = await this.session.call(call, body, manyData, { isIdempotent: false, signal });
    const done = new Set(answer.succeeded.map(({ id }) => id));
    // A tracker of an older version names a model that it deleted among those that it did not find, too.
    const refused = new Map(
      answer.failed.filter(({ id }) => !done.has(id)).map((item) => [item.id, item.error]),
    );
    return body.ids.map((id) => {
      const error = refused.get(id);
      return error === undefined ? { id } : { id, error: itemFailure(call, error.codes, error.msg) };
    });
  }

  private async each(ids: readonly string[], run: (id: string) => Promise<void>): Promise<ModelOutcome[]> {
    const outcomes: ModelOutcome[] = [];
    for (const id of ids) {
      try {
        await run(id);
        outcomes.push({ id });
      } catch (thrown) {
        outcomes.push({ id, error: toTracksideError(thrown) });
      }
    }
    return outcomes;
  }

  private async send(call: string, body: object, signal: AbortSignal): Promise<void> {
    await this.session.call(call, body, anything, { isIdempotent: false, signal });
  }

  private async tag(
    id: string,
    add: readonly string[],
    remove: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await this.send('models.update_tags', { ids: [id], add_tags: add, remove_tags: remove }, signal);
    } catch (error) {
      if (!isTracksideError(error) || error.detail.status !== 404) {
        throw error;
      }
      await this.replaceTags(id, add, remove, signal);
    }
  }

  /** For servers before API 2.27, which know no single tags. */
  private async replaceTags(
    id: string,
    add: readonly string[],
    remove: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const body = { id: [id], only_fields: ['id', 'tags'] };
    const [model] = (await this.session.read('models.get_all_ex', body, modelsData, signal)).models;
    if (model === undefined) {
      throw new TracksideError('notFound', 'The model no longer exists on the server.', 'Refresh the list.');
    }
    const tags = [...new Set([...model.tags, ...add])].filter((tag) => !remove.includes(tag));
    await this.send('models.update', { model: id, tags }, signal);
  }
}

function toModel(wire: WireModel, { webBase }: MapContext): Model {
  const isArchived = wire.system_tags.includes('archived');
  const projectId = said(wire.project?.id);
  return {
    id: wire.id,
    name: wire.name,
    isPublished: wire.ready,
    isArchived,
    tags: wire.tags,
    can: allowed(wire, isArchived),
    ...defined({
      framework: said(wire.framework),
      comment: said(wire.comment),
      user: said(wire.user?.name),
      projectId,
      projectName: said(wire.project?.name),
      taskId: said(wire.task?.id),
      taskName: said(wire.task?.name),
      uri: said(wire.uri),
      sha256: notedHash(wire),
      figures: figuresOf(wire),
      createdAt: epochMs(wire.created),
      updatedAt: epochMs(wire.last_update),
      webUrl: webBase === undefined ? undefined : modelPageUrl(webBase, projectId, wire.id),
    }),
  };
}

/** The last value of what was reported of the model itself. */
function figuresOf({ last_metrics: lastMetrics }: WireModel): Model['figures'] {
  const figures = figuresIn(lastMetrics).flatMap(({ metric, variant, value }) =>
    value === undefined ? [] : [{ metric, variant, value }],
  );
  return figures.length === 0 ? undefined : figures;
}

/** Published ones are to be archived before they can be deleted, as with tasks; the server itself only warns. */
function allowed({ ready, company }: WireModel, isArchived: boolean): Model['can'] {
  if (isReadOnly(company)) {
    return [];
  }
  return MODEL_ACTIONS.filter((action) => {
    switch (action) {
      case 'publish':
        return !ready && !isArchived;
      case 'archive':
        return !isArchived;
      case 'unarchive':
        return isArchived;
      case 'delete':
        return isArchived || !ready;
      case 'rename':
      case 'tag':
        return true;
    }
  });
}

/** ClearML keeps no hash of a model; some scripts note one in its metadata. */
function notedHash({ metadata = {} }: WireModel): string | undefined {
  const noted = Object.entries(metadata).find(
    ([key, { value }]) =>
      /^(sha-?256|hash|checksum)$/iu.test(key) && /^[0-9a-f]{64}$/iu.test(value?.trim() ?? ''),
  );
  return noted?.[1].value?.trim().toLowerCase();
}
