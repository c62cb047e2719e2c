import { isTracksideError, toTracksideError, TracksideError } from '../../core/errors';
import type { RunTemplate, TemplateRun, TemplateRunOutcome } from '../../core/run-template';
import type { TemplateAbility } from '../contract';
import { MAX_LISTED_TASKS } from './gateway-limits';
import { createdTask } from './schema';
import type { GatewaySession } from './session';
import type { GatewayTasks } from './tasks';

const DEFAULT_TYPE = 'training';
/** What the gateway fails at once the task is there. */
const MADE_WORDS = /has no attribute 'created'/;

/** Making empty drafts, the only thing that the gateway writes. */
export function draftAbility(session: GatewaySession, tasks: GatewayTasks): TemplateAbility {
  return {
    noun: 'draft',
    verb: 'Create',
    caution: 'The gateway makes an empty draft. It cannot start it; that is done in ClearML.',
    takesDependencies: false,
    takesPriority: false,
    list: async (projectId, signal) => {
      await tasks.listableName(projectId, signal);
      return [draftTemplate(projectId)];
    },
    run: (template, runs, signal) => createDrafts(session, tasks, template, runs, signal),
  };
}

function draftTemplate(projectId: string): RunTemplate {
  return {
    id: `draft:${projectId}`,
    name: 'Empty draft',
    projectId,
    inputs: [
      {
        name: 'type',
        isRequired: false,
        default: DEFAULT_TYPE,
        description: 'training, testing, inference, data_processing, application, monitor, …',
      },
    ],
    takesDocument: false,
  };
}

async function createDrafts(
  session: GatewaySession,
  tasks: GatewayTasks,
  template: RunTemplate,
  runs: readonly TemplateRun[],
  signal: AbortSignal,
): Promise<TemplateRunOutcome> {
  const project = await tasks.listableName(template.projectId, signal);
  const drafts: Draft[] = [];
  for (const run of runs) {
    try {
      drafts.push(await createDraft(session, tasks, project, run, signal));
    } catch (error) {
      if (drafts.length === 0) {
        throw error;
      }
      const made = `${drafts.length} of ${runs.length} drafts were made.`;
      return { createdTaskIds: idsOf(drafts), note: `${made} ${toTracksideError(error).message}` };
    }
  }
  const note = noteOn(drafts);
  return { createdTaskIds: idsOf(drafts), ...(note === undefined ? {} : { note }) };
}

interface Draft {
  /** Absent where the gateway made it and no list shows it. */
  readonly id?: string;
  readonly isConfirmedByList: boolean;
}

function idsOf(drafts: readonly Draft[]): readonly string[] {
  return drafts.flatMap(({ id }) => id ?? []);
}

function noteOn(drafts: readonly Draft[]): string | undefined {
  if (drafts.some(({ id }) => id === undefined)) {
    return `The gateway made the draft, but lists only the ${MAX_LISTED_TASKS} oldest ones of a project. Look for it in ClearML.`;
  }
  return drafts.some(({ isConfirmedByList }) => isConfirmedByList)
    ? 'The gateway answered with an error, but the draft is in the list.'
    : undefined;
}

/** The gateway answers 500 after it has created the task, so the list has the last word and nothing is sent twice. */
async function createDraft(
  session: GatewaySession,
  tasks: GatewayTasks,
  project: string,
  { name, inputs }: TemplateRun,
  signal: AbortSignal,
): Promise<Draft> {
  const before = await tasks.draftNames(project, signal);
  const path = `projects/${encodeURIComponent(project)}/tasks/create`;
  const body = { task_name: name, task_type: inputs['type'] ?? DEFAULT_TYPE };
  try {
    const { id } = await session.post(path, body, createdTask, signal);
    return { id, isConfirmedByList: false };
  } catch (error) {
    if (!leavesDoubt(error)) {
      throw error;
    }
    const after = await listAfter(tasks, project, signal);
    const fresh = [...after].filter(([id, listed]) => listed === name && !before.has(id));
    if (fresh.length > 1) {
      throw severalFound(name);
    }
    const [id] = fresh[0] ?? [];
    if (id !== undefined) {
      return { id, isConfirmedByList: true };
    }
    if (after.size >= MAX_LISTED_TASKS && MADE_WORDS.test(toTracksideError(error).message)) {
      return { isConfirmedByList: false };
    }
    throw error;
  }
}

function leavesDoubt(error: unknown): boolean {
  return isTracksideError(error) && ['server', 'unreachable', 'malformed'].includes(error.kind);
}

async function listAfter(
  tasks: GatewayTasks,
  project: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  try {
    return await tasks.draftNames(project, signal);
  } catch (error) {
    throw new TracksideError(
      toTracksideError(error).kind,
      'It is not known whether the gateway made the draft: it stopped answering.',
      'Refresh the project later and look before you try again.',
      { cause: error },
    );
  }
}

function severalFound(name: string): TracksideError {
  return new TracksideError(
    'conflict',
    `Several new tasks are named "${name}"; which of them is this draft is not known.`,
    'Refresh the project and look at them.',
  );
}
