import type { TemplateAbility } from '../../backends/contract';
import type { Project } from '../../core/entities';
import { TracksideError } from '../../core/errors';
import { runsTemplates } from '../../core/project-groups';
import type { RunTemplate } from '../../core/run-template';
import type { Platform } from '../../platform/contract';
import type { Connections, ConnectionSession } from '../../store/contract';
import { placeOf } from '../projects/place-lookup';
import { isTreeNode } from '../trees/tree-nodes';

export interface ChoiceDeps {
  readonly platform: Platform;
  readonly connections: Connections;
}

/** A template of a connection that has some. */
export interface TemplateChoice {
  readonly session: ConnectionSession;
  readonly ability: TemplateAbility;
  readonly template: RunTemplate;
}

const never = new AbortController().signal;

/** The template that is meant: of the project's row, else asked for; undefined when the person turns away. */
export async function chooseTemplate(deps: ChoiceDeps, node: unknown): Promise<TemplateChoice | undefined> {
  const row = isTreeNode(node) && node.kind === 'project' ? node : undefined;
  const session = row ? deps.connections.get(row.connectionId) : await chooseSession(deps);
  if (!session) {
    return undefined;
  }
  const ability = await abilityOf(session);
  await session.store.refresh({ kind: row?.isApart === true ? 'groups' : 'projects' });
  const project = row ? placeOf(session, row)?.project : await chooseProject(deps, await runnable(session));
  if (!project) {
    return undefined;
  }
  const template = await pickTemplate(deps, ability, project);
  return template && { session, ability, template };
}

export async function abilityOf(session: ConnectionSession): Promise<TemplateAbility> {
  const { templates } = await session.backend(never);
  if (!templates) {
    throw new TracksideError(
      'invalid',
      `${session.info.label} has nothing that is run on demand.`,
      'Launch a script on it, or clone a task.',
    );
  }
  return templates;
}

/** The active connection when it has templates; else one of those that are open and do. */
async function chooseSession({ platform, connections }: ChoiceDeps): Promise<ConnectionSession | undefined> {
  const able = connections.all().filter(({ openBackend }) => openBackend?.templates !== undefined);
  const active = connections.active();
  const [first, second] = able;
  if (able.length === 0 || able.includes(active)) {
    return active;
  }
  if (!second) {
    return first;
  }
  const choices = able.map((session) => ({ label: session.info.label, value: session }));
  return platform.dialogs.pick('Run on which connection?', choices);
}

/** Projects, and places in groups that something can be run on. */
async function runnable({ store, openBackend }: ConnectionSession): Promise<readonly Project[]> {
  if (openBackend?.groups) {
    await store.refresh({ kind: 'groups' });
  }
  const apart = store.groups().items.filter(({ id }) => runsTemplates(id));
  return [...store.projects().items, ...apart.flatMap(({ places }) => places)];
}

async function chooseProject(
  { platform }: ChoiceDeps,
  projects: readonly Project[],
): Promise<Project | undefined> {
  const choices = projects
    .filter(({ isArchived }) => isArchived !== true)
    .map((project) => ({ label: project.name, value: project }));
  if (choices.length === 0) {
    throw new TracksideError('notFound', 'There is no active project.', 'Create one on the server.');
  }
  return platform.dialogs.pick('Run a template of which project?', choices);
}

async function pickTemplate(
  { platform }: ChoiceDeps,
  ability: TemplateAbility,
  project: Project,
): Promise<RunTemplate | undefined> {
  const templates = await ability.list(project.id, never);
  if (templates.length === 0) {
    throw new TracksideError(
      'notFound',
      `“${project.name}” has no ${ability.noun} to run.`,
      'Create one on the server.',
    );
  }
  const choices = templates.map((template) => ({
    label: template.name,
    value: template,
    ...(template.description === undefined ? {} : { description: template.description }),
    ...(template.command === undefined ? {} : { detail: template.command }),
  }));
  return platform.dialogs.pick(`Run which ${ability.noun} of “${project.name}”?`, choices);
}
