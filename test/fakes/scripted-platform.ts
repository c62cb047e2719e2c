import { Emitter } from '../../src/core/emitter';
import { silentLogger } from '../../src/core/logger';
import type { CommandId } from '../../src/platform/command-ids';
import type { Choice, CommandHandler, Dialogs, Platform } from '../../src/platform/contract';

type Answer = string | boolean | readonly string[] | undefined;

/** A platform without an editor: answers questions as scripted, in order, and writes down what was said and asked. */
export class ScriptedPlatform implements Platform {
  readonly logger = silentLogger;
  readonly said: string[] = [];
  readonly asked: string[] = [];
  readonly contexts = new Map<string, boolean | string>();
  readonly handlers = new Map<CommandId, CommandHandler>();
  readonly answers: Answer[] = [];
  readonly kept = new Map<string, unknown>();
  readonly extensionPath = '/extension';
  readonly dataPath = '/data';
  readonly version = '0.0.0';
  readonly focus = { isFocused: true, onDidChange: new Emitter<boolean>().event };

  readonly commands: Platform['commands'] = {
    register: (id, run) => {
      this.handlers.set(id, run);
      return { dispose: () => this.handlers.delete(id) };
    },
  };

  readonly state: Platform['state'] = {
    get: (key, parse) => (this.kept.has(key) ? parse(this.kept.get(key)) : undefined),
    set: (key, value) => {
      this.kept.set(key, value);
      return Promise.resolve();
    },
  };

  readonly secrets: Platform['secrets'] = {
    onDidChange: new Emitter<string>().event,
    get: () => Promise.resolve(undefined),
    set: () => Promise.resolve(),
    delete: () => Promise.resolve(),
  };

  readonly dialogs: Dialogs = {
    info: (message) => this.said.push(message),
    notice: (message, severity, actions) => {
      this.said.push(`${severity}: ${message} [${actions.join(', ')}]`);
      const wanted = this.answers.shift();
      return Promise.resolve(actions.find((action) => action === wanted));
    },
    failure: (error, context) => this.said.push(`${context}: ${String(error)}`),
    confirm: (question, detail) => {
      this.asked.push(`${question}\n${detail}`);
      return Promise.resolve(this.answers.shift() === true);
    },
    pick: (title, choices) => {
      this.asked.push([title, ...choices.map(choiceLine)].join('\n'));
      const wanted = this.answers.shift();
      return Promise.resolve(choices.find(({ label }) => label === wanted)?.value);
    },
    pickMany: (title, choices) => {
      this.asked.push(title);
      const wanted = this.answers.shift();
      return Promise.resolve(
        Array.isArray(wanted)
          ? choices.filter(({ label }) => wanted.includes(label)).map(({ value }) => value)
          : undefined,
      );
    },
    ask: ({ title, value }) => {
      this.asked.push(`${title} [${value ?? ''}]`);
      const answer = this.answers.shift();
      return Promise.resolve(typeof answer === 'string' ? answer : undefined);
    },
    withProgress: (_title, run) => run(new AbortController().signal),
  };

  readonly settings: { -readonly [K in keyof Platform['settings']]: Platform['settings'][K] } = {
    onDidChange: new Emitter<void>().event,
    requestsPerMinute: () => 20,
    certificateAuthorityFile: () => undefined,
    localWorkerConcurrentTasks: () => 1,
    localWorkerStopGraceMs: () => 1_000,
    pythonInterpreter: () => undefined,
    isMetricCaptureOn: () => true,
    metricPatterns: () => [],
    launchProject: () => undefined,
    opensPanelOnLaunch: () => true,
    notifications: () => 'failures',
  };

  setContext(key: string, value: boolean | string): void {
    this.contexts.set(key, value);
  }

  /** Runs a registered command as the editor would. */
  async run(id: CommandId, ...args: readonly [node?: unknown, nodes?: unknown]): Promise<void> {
    const handler = this.handlers.get(id);
    if (!handler) {
      throw new Error(`${id} is not registered.`);
    }
    const [node, nodes] = args;
    await handler(node, nodes, args.length > 0);
  }
}

function choiceLine({ label, description, detail }: Choice<unknown>): string {
  return [label, description, detail].filter((part) => part !== undefined).join(' | ');
}
