import type { Task } from '../../core/entities';
import { isTracksideError, TracksideError } from '../../core/errors';
import type { GroupPlace } from '../../core/project-groups';
import type { RunTemplate, TemplateRun, TemplateRunOutcome } from '../../core/run-template';
import type { TaskDetails } from '../../core/task-details';
import type { Page, PageRequest, TaskQuery } from '../contract';
import { inTurns, isMatch, orderOf, WholeListings } from '../whole-listings';
import { segment, unique } from './places';
import type { AgentRecord, AgentVersionRecord, StartedDeployment } from './records';
import type { Studio } from './studio';
import type { StudioCalls } from './studio-calls';
import { versionContents } from './task-contents';
import { deploymentTaskId } from './task-mapping';

const AGENT = 'agent:';
const VERSION = 'version:';
/** Above the names of agents in full paths. */
const AGENTS = 'Agents';
const VERSION_INPUT = 'version';

/** The agent behind a place of the group of agents. */
export function agentIdOf(projectId: string | undefined): string | undefined {
  return projectId?.startsWith(AGENT) === true ? projectId.slice(AGENT.length) : undefined;
}

export function isVersionId(taskId: string): boolean {
  return taskId.startsWith(VERSION);
}

interface AgentPlace extends GroupPlace {
  readonly agent: AgentRecord;
}

/** Something that can be done with an agent now. */
interface AgentStep {
  readonly template: RunTemplate;
  run(inputs: Readonly<Record<string, string>>, signal: AbortSignal): Promise<StartedDeployment>;
}

/**
 * Agents as places in a group of their own, and what was kept of each, its versions, as tasks in them: a version has a
 * time and a configuration that can be looked at and compared, and never changes.
 */
export class Agents {
  private readonly listings = new WholeListings();
  private known: ReadonlyMap<string, AgentPlace> | undefined;

  constructor(private readonly studio: Studio) {}

  async places(signal: AbortSignal): Promise<readonly GroupPlace[]> {
    return [...(await this.read(signal)).values()];
  }

  /** A page of the versions of an agent. Throws `notFound`. */
  versions(agentId: string, query: TaskQuery, page: PageRequest, signal: AbortSignal): Promise<Page<Task>> {
    return this.listings.page(query, page, async () => {
      if (query.isArchived === true) {
        return [];
      }
      const place = await this.require(agentId, signal);
      const rows = await (await this.studio.calls(signal)).agentVersions(agentId, signal);
      return rows
        .map((row) => versionTask(row, place))
        .filter((task) => isMatch(task, query))
        .sort(orderOf(query, newest));
    });
  }

  /** Those that are gone are absent. */
  async byIds(taskIds: readonly string[], signal: AbortSignal): Promise<readonly Task[]> {
    const found = await inTurns(taskIds, (id) => this.find(id, signal));
    return found.flatMap((one) => (one === undefined ? [] : [versionTask(one.row, one.place)]));
  }

  /** Throws `notFound`. */
  async details(taskId: string, signal: AbortSignal): Promise<TaskDetails> {
    const found = await this.find(taskId, signal);
    if (found === undefined) {
      throw gone('This version of the agent');
    }
    return versionContents(found.row);
  }

  async templates(agentId: string, signal: AbortSignal): Promise<readonly RunTemplate[]> {
    return (await this.steps(agentId, signal)).map(({ template }) => template);
  }

  /** One after another; what came before a failure stays. */
  async run(
    agentId: string,
    template: RunTemplate,
    runs: readonly TemplateRun[],
    signal: AbortSignal,
  ): Promise<TemplateRunOutcome> {
    const step = (await this.steps(agentId, signal)).find((one) => one.template.id === template.id);
    if (step === undefined) {
      throw new TracksideError('conflict', `“${template.name}” is no longer possible.`, 'Refresh.');
    }
    const done = await inTurns(runs, ({ inputs }) => step.run(inputs, signal));
    const notes = done.flatMap(({ note }) => note ?? []);
    return {
      createdTaskIds: done.flatMap(({ deploymentId: id }) =>
        id === undefined ? [] : [deploymentTaskId(id)],
      ),
      ...(notes.length === 0 ? {} : { note: notes.join(' ') }),
    };
  }

  private async steps(agentId: string, signal: AbortSignal): Promise<readonly AgentStep[]> {
    const { agent, id: projectId } = await this.require(agentId, signal);
    const calls = await this.studio.calls(signal);
    const versions = (await calls.agentVersions(agentId, signal)).toReversed();
    const template = (id: string, name: string, more: Partial<RunTemplate> = {}): RunTemplate => {
      return { id, name, projectId, inputs: [], takesDocument: false, isUnnamed: true, ...more };
    };
    const keep: AgentStep = {
      template: template('keep', 'Keep as new version', {
        description: 'What the agent is now',
        inputs: [
          { name: 'changelog', isRequired: false, isSingle: true, description: 'What is new about it' },
        ],
      }),
      run: async ({ changelog = '' }, stop) => {
        await calls.keepVersion(agentId, changelog.trim(), stop);
        return { note: `A version of “${agent.name}” is kept.` };
      },
    };
    return [
      keep,
      ...rollbacks(calls, agent, versions, template),
      ...(await deploys(calls, agent, versions, template, signal)),
    ];
  }

  private async find(
    taskId: string,
    signal: AbortSignal,
  ): Promise<{ readonly row: AgentVersionRecord; readonly place: AgentPlace } | undefined> {
    const [agentId = '', versionId] = taskId.slice(VERSION.length).split('/').map(decodeURIComponent);
    try {
      const place = await this.require(agentId, signal);
      const rows = await (await this.studio.calls(signal)).agentVersions(agentId, signal);
      const row = rows.find(({ id }) => id === versionId);
      return row && { row, place };
    } catch (error) {
      if (isTracksideError(error) && error.kind === 'notFound') {
        return undefined;
      }
      throw error;
    }
  }

  private async require(agentId: string, signal: AbortSignal): Promise<AgentPlace> {
    const place = this.known?.get(agentId) ?? (await this.read(signal)).get(agentId);
    if (place === undefined) {
      throw gone('This agent');
    }
    return place;
  }

  private async read(signal: AbortSignal): Promise<ReadonlyMap<string, AgentPlace>> {
    const agents = await (await this.studio.calls(signal)).agents(signal);
    const taken = new Set<string>();
    this.known = new Map(agents.map((agent) => [agent.id, toPlace(agent, taken)]));
    return this.known;
  }
}

type NewTemplate = (id: string, name: string, more?: Partial<RunTemplate>) => RunTemplate;

/** To every version but the newest, where the server has that. */
function rollbacks(
  { rollbackAgent }: StudioCalls,
  agent: AgentRecord,
  versions: readonly AgentVersionRecord[],
  template: NewTemplate,
): AgentStep[] {
  return rollbackAgent === undefined
    ? []
    : versions.slice(1).map(({ id, number, changelog }) => ({
        template: template(`rollback:${id}`, `Roll back to version ${number}`, {
          ...(changelog === undefined ? {} : { description: changelog }),
        }),
        run: async (_inputs, signal) => {
          await rollbackAgent(agent.id, id, signal);
          return { note: `“${agent.name}” is as in version ${number}. What is deployed stays as it is.` };
        },
      }));
}

/** Of any version, where agents are what is deployed. */
async function deploys(
  calls: StudioCalls,
  agent: AgentRecord,
  versions: readonly AgentVersionRecord[],
  template: NewTemplate,
  signal: AbortSignal,
): Promise<AgentStep[]> {
  const { deployAgent } = calls;
  if (deployAgent === undefined || agent.status === 'archived') {
    return [];
  }
  const inputs = [
    {
      name: VERSION_INPUT,
      isRequired: false,
      isSingle: true,
      description: 'Its number; empty: the agent as it is now',
    },
  ];
  return (await calls.targets(signal)).map((target) => ({
    template: template(`deploy:${target.id}`, `Deploy to ${target.name}`, { inputs }),
    run: (given, stop) =>
      deployAgent(agent.id, target.id, versionIdOf(given[VERSION_INPUT] ?? '', versions), stop),
  }));
}

function versionIdOf(given: string, versions: readonly AgentVersionRecord[]): string | undefined {
  const wanted = given.trim();
  const found = versions.find(({ number }) => number === wanted);
  if (wanted !== '' && found === undefined) {
    const known = versions.map(({ number }) => number).join(', ');
    throw new TracksideError(
      'invalid',
      `The agent has no version ${wanted}.`,
      known === '' ? 'It has no versions: leave it empty.' : `Give one of: ${known}.`,
    );
  }
  return found?.id;
}

function toPlace(agent: AgentRecord, taken: Set<string>): AgentPlace {
  const { id, name, model, status, description } = agent;
  const path = unique(`${AGENTS}/${segment(name)}`, id, taken);
  const notes = [status === 'active' ? undefined : status, model].filter((text) => text !== undefined);
  return {
    agent,
    id: AGENT + id,
    name: path,
    label: path.slice(AGENTS.length + 1),
    ...(notes.length === 0 ? {} : { note: notes.join(', ') }),
    ...(description === undefined ? {} : { description }),
  };
}

function versionTask({ id, number, changelog, createdAt }: AgentVersionRecord, place: AgentPlace): Task {
  const { agent, id: projectId, name: projectName } = place;
  return {
    id: `${VERSION}${encodeURIComponent(agent.id)}/${encodeURIComponent(id)}`,
    name: `${agent.name} version ${number}`,
    // What is kept of an agent never changes.
    status: 'published',
    serverStatus: 'kept',
    isStopping: false,
    type: 'version of an agent',
    tags: [],
    isArchived: false,
    can: [],
    projectId,
    projectName,
    ...(changelog === undefined ? {} : { comment: changelog }),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

const newest = (a: Task, b: Task): number =>
  (b.createdAt ?? 0) - (a.createdAt ?? 0) || b.name.localeCompare(a.name, 'en', { numeric: true });

function gone(what: string): TracksideError {
  return new TracksideError('notFound', `${what} no longer exists on the server.`, 'Refresh.');
}
