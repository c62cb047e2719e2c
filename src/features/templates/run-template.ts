import { TracksideError } from '../../core/errors';
import type { TemplateRun } from '../../core/run-template';
import type { StateStorage } from '../../platform/contract';
import { counted } from '../trees/plural';
import { prefillOf } from './document-prefill';
import { askRuns, askShared } from './run-questions';
import { abilityOf, chooseTemplate, type ChoiceDeps, type TemplateChoice } from './template-choice';

/** A JSON document in an editor. */
export interface JsonDocument {
  readonly uri: string;
  readonly text: string;
}

export interface TemplateDeps extends ChoiceDeps {
  /** Remembers who has read the caution of which connection. */
  readonly state: StateStorage;
  /** Opens a new JSON document in an editor and returns its address. */
  readonly openJson: (text: string) => Promise<string>;
  /** The JSON document in the active editor. */
  readonly activeJson: () => JsonDocument | undefined;
}

/** Runs listed in the question before they are sent. */
const MOST_LISTED = 20;

/** Running templates, and which open document belongs to which. */
export class TemplateRunner {
  private readonly documents = new Map<string, TemplateChoice>();

  constructor(private readonly deps: TemplateDeps) {}

  /** From the project's row, or asking for everything. */
  async start(node: unknown): Promise<void> {
    const { dialogs } = this.deps.platform;
    const choice = await chooseTemplate(this.deps, node);
    if (!choice) {
      return;
    }
    if (choice.template.takesDocument) {
      const uri = await this.deps.openJson(prefillOf(choice.template.documentSchema));
      this.documents.set(uri, choice);
      dialogs.info(
        `Change the values for “${choice.template.name}”, then run “Trackside: Run Template with This Document”.`,
      );
      return;
    }
    const runs = await askRuns(dialogs, choice);
    if (runs && (await this.agrees(choice, runs))) {
      await this.send(choice, runs);
    }
  }

  /** Runs the template that the document in the active editor was opened for. It may be run again. */
  async startDocument(): Promise<void> {
    const document = this.deps.activeJson();
    const choice = document && this.documents.get(document.uri);
    if (!document || !choice) {
      throw new TracksideError(
        'invalid',
        'This is not a document that was opened for a template.',
        'Use “Trackside: Run Template…” first.',
      );
    }
    requireJson(document.text);
    const shared = await askShared(this.deps.platform.dialogs, choice);
    const run = { name: choice.template.name, inputs: {}, document: document.text, ...shared };
    if (shared && (await this.agrees(choice, [run]))) {
      await this.send(choice, [run]);
    }
  }

  /** Shows what will be sent; the server's caution only until it was agreed to once. */
  private async agrees(choice: TemplateChoice, runs: readonly TemplateRun[]): Promise<boolean> {
    const { session, ability, template } = choice;
    const key = `trackside.templateCaution.${session.info.id}`;
    const isNew = this.deps.state.get(key, (value) => value === true) !== true;
    const caution = isNew ? ability.caution : undefined;
    const verb = ability.verb ?? 'Run';
    // A single deed, such as rolling back, makes no task that could be counted.
    const count = template.isUnnamed === true && runs.length === 1 ? '' : `: ${counted(runs.length, 'task')}`;
    const question = `${verb} “${template.name}” on ${session.info.label}${count}?`;
    const isAgreed = await this.deps.platform.dialogs.confirm(
      question,
      detailOf(template.command, runs, caution),
      verb,
    );
    if (isAgreed && caution !== undefined) {
      await this.deps.state.set(key, true);
    }
    return isAgreed;
  }

  private async send(choice: TemplateChoice, runs: readonly TemplateRun[]): Promise<void> {
    const { session, template } = choice;
    const ability = await abilityOf(session);
    const { dialogs } = this.deps.platform;
    const { createdTaskIds, note } = await dialogs.withProgress(
      `Running “${template.name}” on ${session.info.label}…`,
      (signal) => ability.run(template, runs, signal),
    );
    session.scheduler.notify({ kind: 'task', ids: createdTaskIds });
    session.scheduler.notify({ kind: 'queues' });
    if (createdTaskIds.length === 0) {
      // Nothing tells what it changed; whoever fails to read it again says so itself.
      session.store.refreshHeld().catch(() => undefined);
    }
    const count = createdTaskIds.length;
    const created = `${counted(count, 'task')} created of “${template.name}”.`;
    const says = [
      ...(count === 0 && note !== undefined ? [] : [created]),
      ...(note === undefined ? [] : [note]),
    ];
    dialogs.info(says.join(' '));
  }
}

function detailOf(
  command: string | undefined,
  runs: readonly TemplateRun[],
  caution: string | undefined,
): string {
  const [first] = runs;
  const rest = runs.length - MOST_LISTED;
  const waits = first?.dependsOn?.length ?? 0;
  return [
    ...(caution === undefined ? [] : [caution, '']),
    ...(command === undefined ? [] : [command, '']),
    ...runs.slice(0, MOST_LISTED).map((run) => `• ${lineOf(run)}`),
    ...(rest > 0 ? [`and ${rest} more`] : []),
    ...(waits > 0 ? [`After ${counted(waits, 'task')}.`] : []),
    ...(first?.priority === undefined ? [] : [`Priority ${first.priority}.`]),
  ].join('\n');
}

function lineOf({ name, inputs, document }: TemplateRun): string {
  const values = Object.entries(inputs)
    .map(([input, value]) => `${input}=${value}`)
    .join(', ');
  const isTold = name.endsWith(values);
  return document === undefined ? (isTold ? name : `${name}: ${values}`) : `${name}: with the document`;
}

function requireJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new TracksideError(
      'invalid',
      'The document is not valid JSON.',
      'Correct what the editor underlines and run it again.',
    );
  }
}
