import type { TaskAction } from '../../core/actions';
import type { Dialogs } from '../../platform/contract';
import { counted } from '../trees/plural';
import { isAtStake, outputWords, readOutput, type OutputAtStake } from './output-at-stake';
import type { TaskTarget } from './task-targets';

/** Names listed in a question. */
const MOST_NAMED = 8;

/** What the person agreed to. */
export interface Consent {
  /** Files of artifacts, and models, stay where they are. */
  readonly keepsOutput?: boolean;
}

interface Warning {
  readonly verb: string;
  readonly question: (what: string) => string;
  readonly loses: (it: string) => string;
}

/** Asks where something is lost or surprising, naming it; undefined when the person turns away. */
export async function askConsent(
  dialogs: Pick<Dialogs, 'confirm' | 'pick'>,
  action: TaskAction,
  targets: readonly TaskTarget[],
): Promise<Consent | undefined> {
  switch (action) {
    case 'reset':
    case 'delete':
      return askLoss(dialogs, action, targets);
    case 'publish': {
      const loses = (it: string): string =>
        `Publishing cannot be undone: afterwards ${it} can be neither reset nor run again.`;
      const warning = { verb: 'Publish', question: (what: string) => `Publish ${what}?`, loses };
      return (await confirm(dialogs, warning, targets)) ? {} : undefined;
    }
    case 'complete':
    case 'fail':
      return askWhileRunning(dialogs, action, targets);
    case 'enqueue':
    case 'requeue':
    case 'dequeue':
    case 'stop':
    case 'rerun':
    case 'clone':
    case 'archive':
    case 'unarchive':
    case 'rename':
    case 'tag':
    case 'comment':
    case 'edit':
    case 'move':
      return {};
  }
}

const LOST = {
  reset: { verb: 'Reset', parts: 'metrics, console and output' },
  delete: { verb: 'Delete', parts: 'metrics, console, artifacts and code state' },
} as const;

async function askLoss(
  dialogs: Pick<Dialogs, 'confirm' | 'pick'>,
  action: 'reset' | 'delete',
  targets: readonly TaskTarget[],
): Promise<Consent | undefined> {
  const { verb, parts } = LOST[action];
  const output = await readOutput(targets);
  const hasOutput = isAtStake(output);
  const keepsOutput = hasOutput ? await askKeeping(dialogs, `${verb} ${namesOf(targets)}`, output) : false;
  if (keepsOutput === undefined) {
    return undefined;
  }
  const fate = keepsOutput
    ? ' Models and the files of artifacts stay in their storage.'
    : ` So are ${outputWords(output)}.`;
  const warning: Warning = {
    verb,
    question: (what) => `${verb} ${what}?`,
    loses: (it) => `The ${parts} of ${it} are destroyed. This cannot be undone.${hasOutput ? fate : ''}`,
  };
  return (await confirm(dialogs, warning, targets)) ? { keepsOutput } : undefined;
}

function askKeeping(
  dialogs: Pick<Dialogs, 'pick'>,
  title: string,
  output: OutputAtStake,
): Promise<boolean | undefined> {
  return dialogs.pick(
    title,
    [
      {
        label: 'Keep models and files',
        detail: 'They stay in their storage, without the task',
        value: true,
      },
      {
        label: 'Delete models and files too',
        detail: `Removes ${outputWords(output)} from the storage that the server can reach`,
        value: false,
      },
    ],
    'What the task made',
  );
}

/** Marking a task does not end its process, which is worth a question. */
async function askWhileRunning(
  dialogs: Pick<Dialogs, 'confirm'>,
  action: 'complete' | 'fail',
  targets: readonly TaskTarget[],
): Promise<Consent | undefined> {
  const running = targets.filter(({ task }) => task.status === 'running');
  if (running.length === 0) {
    return {};
  }
  const as = action === 'complete' ? 'completed' : 'failed';
  const warning: Warning = {
    verb: 'Mark',
    question: (what) => `Mark ${what} as ${as} while running?`,
    loses: () => 'Only the status changes: what runs may go on until it notices. Use Stop to end it.',
  };
  return (await confirm(dialogs, warning, running)) ? {} : undefined;
}

function confirm(
  dialogs: Pick<Dialogs, 'confirm'>,
  { verb, question, loses }: Warning,
  targets: readonly TaskTarget[],
): Promise<boolean> {
  const isOne = targets.length === 1;
  const what = namesOf(targets);
  const named = targets.slice(0, MOST_NAMED).map(({ task }) => `• ${task.name} (${task.status})`);
  const rest = targets.length - named.length;
  const list = isOne ? [] : ['', ...named, ...(rest > 0 ? [`and ${rest} more`] : [])];
  const detail = [loses(isOne ? what : 'these tasks'), ...list].join('\n');
  return dialogs.confirm(question(what), detail, verb);
}

/** `“train”`, or `3 tasks`. */
export function namesOf(targets: readonly TaskTarget[]): string {
  const [first, second] = targets;
  return first && !second ? `“${first.task.name}”` : counted(targets.length, 'task');
}
