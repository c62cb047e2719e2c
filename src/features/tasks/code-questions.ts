import type { CodeEdits, CodePart, TaskActionRequest } from '../../core/actions';
import { TracksideError } from '../../core/errors';
import { shortened } from '../../core/short-text';
import type { TaskDetails } from '../../core/task-details';
import type { Choice, Dialogs } from '../../platform/contract';
import type { ConnectionSession } from '../../store/contract';
import { addressProblem } from '../launch/repository-url';
import type { TaskTarget } from './task-targets';
import { asLines, asOneLine, NEW_LINE } from './typed-lines';

interface PartWords {
  readonly part: Exclude<CodePart, 'uncommittedDiff'>;
  readonly label: string;
  readonly prompt: string;
  readonly validate?: (text: string) => string | undefined;
}

const PARTS: readonly PartWords[] = [
  {
    part: 'repository',
    label: 'Repository',
    prompt: 'Such as https://example.com/team/vision.git',
    validate: addressProblem,
  },
  {
    part: 'branch',
    label: 'Branch',
    prompt: 'Its newest commit runs; empty: the repository’s default branch',
  },
  { part: 'commit', label: 'Commit', prompt: 'Its whole id; empty: the newest of the branch' },
  {
    part: 'entryPoint',
    label: 'Script',
    prompt: 'From the working directory, such as train.py or -m package.module',
  },
  {
    part: 'workingDirectory',
    label: 'Working directory',
    prompt: 'From the top of the repository; . is its top',
  },
  { part: 'image', label: 'Container image', prompt: 'Empty: the one that the agent uses' },
  {
    part: 'containerArguments',
    label: 'Container arguments',
    prompt: 'As docker takes them, such as --ipc=host',
  },
  {
    part: 'setupScript',
    label: 'Container setup script',
    prompt: `Shell lines that run before the code does; ${NEW_LINE} stands for a new line`,
  },
  {
    part: 'outputDestination',
    label: 'Output destination',
    prompt: 'Where models and artifacts go, such as s3://bucket/folder; empty: where the agent is told',
    validate: addressProblem,
  },
];

const LONGEST_SHOWN = 80;

type Chosen = PartWords | 'changes' | 'done';

/** Asks which code and which container one task gets. Undefined when nothing is to change, or the person turns away. */
export async function askCodeEdits(
  dialogs: Dialogs,
  session: ConnectionSession,
  targets: readonly TaskTarget[],
): Promise<TaskActionRequest | undefined> {
  const [target, second] = targets;
  if (!target || second) {
    throw new TracksideError('invalid', 'The code of one task can be edited at a time.', 'Select one task.');
  }
  const { name, id } = target.task;
  const details = await dialogs.withProgress(`Reading the code of “${name}”…`, async (signal) =>
    (await session.backend(signal)).details?.read(id, signal),
  );
  if (details === undefined) {
    throw new TracksideError('invalid', `${session.info.label} does not tell the code of its tasks.`, '');
  }
  const edited = new EditedCode(details);
  const hint = session.info.isLocal
    ? 'For agents; the local worker runs a launched script as it was launched'
    : 'Choose what to change, or save';
  for (;;) {
    const chosen = await dialogs.pick(`Edit “${name}”: code and container`, edited.choices(), hint);
    if (chosen === undefined) {
      return undefined;
    }
    if (chosen === 'done') {
      const code = edited.result();
      return Object.keys(code).length === 0
        ? undefined
        : { action: 'edit', inputs: { parameters: [], code } };
    }
    if (chosen === 'changes') {
      edited.toggleChanges();
    } else {
      await askPart(dialogs, edited, chosen);
    }
  }
}

async function askPart(dialogs: Dialogs, edited: EditedCode, words: PartWords): Promise<void> {
  const typed = await dialogs.ask({
    title: words.label,
    prompt: words.prompt,
    value: asOneLine(edited.valueOf(words.part)),
    ...(words.validate === undefined ? {} : { validate: words.validate }),
  });
  if (typed !== undefined) {
    edited.set(words.part, asLines(typed));
  }
}

class EditedCode {
  private readonly before: CodeEdits;
  private readonly after = new Map<CodePart, string>();

  constructor({ code, container, outputDestination }: TaskDetails) {
    this.before = {
      ...code,
      ...(outputDestination === undefined ? {} : { outputDestination }),
      ...(container?.image === undefined ? {} : { image: container.image }),
      ...(container?.arguments === undefined ? {} : { containerArguments: container.arguments }),
      ...(container?.setupScript === undefined ? {} : { setupScript: container.setupScript }),
    };
  }

  valueOf(part: CodePart): string {
    return this.after.get(part) ?? this.known(part);
  }

  /** A commit would win over another branch, so that it is taken away with the old one. */
  set(part: CodePart, value: string): void {
    if (value === this.known(part).trim()) {
      this.after.delete(part);
    } else {
      this.after.set(part, value);
    }
    if (part === 'branch' && this.known('commit') !== '') {
      this.followBranch();
    }
  }

  private known(part: CodePart): string {
    return this.before[part] ?? '';
  }

  private followBranch(): void {
    if (this.after.has('branch')) {
      this.after.set('commit', this.after.get('commit') ?? '');
    } else if (this.after.get('commit') === '') {
      this.after.delete('commit');
    }
  }

  toggleChanges(): void {
    if (!this.after.delete('uncommittedDiff')) {
      this.after.set('uncommittedDiff', '');
    }
  }

  result(): CodeEdits {
    return Object.fromEntries(this.after);
  }

  choices(): readonly Choice<Chosen>[] {
    const count = this.after.size;
    return [
      { label: 'Save', description: count === 0 ? 'without changes' : `${count} changed`, value: 'done' },
      ...PARTS.map((words) => ({
        label: words.label,
        description: this.words(words.part),
        value: words,
      })),
      ...this.changesChoice(),
    ];
  }

  /** Of code without a repository the whole script stands where the changes would be. */
  private changesChoice(): Choice<Chosen>[] {
    const isThere = this.known('uncommittedDiff') !== '' && this.known('repository') !== '';
    const isDropped = this.after.has('uncommittedDiff');
    return isThere
      ? [
          {
            label: 'Uncommitted changes',
            description: isDropped ? 'left out' : 'applied',
            detail: isDropped ? 'Choose to keep them' : 'Choose to leave them out',
            value: 'changes',
          },
        ]
      : [];
  }

  private words(part: CodePart): string {
    const none = part === 'commit' && this.valueOf('branch') !== '' ? 'newest of the branch' : 'none';
    const shown = (text: string): string => (text === '' ? none : shortened(asOneLine(text), LONGEST_SHOWN));
    const after = this.after.get(part);
    const before = shown(this.known(part));
    return after === undefined ? before : `${before} → ${shown(after)}`;
  }
}
