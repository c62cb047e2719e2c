import * as vscode from 'vscode';
import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { isCancelled, toTracksideError } from '../../core/errors';
import { isEnded } from '../../core/status';
import type { Logger } from '../../core/logger';
import { ConsoleFollower, consoleStart, type ConsoleSink } from '../console/console-follower';
import { exitCodeOf } from './exit-code';
import type { Launched } from './launcher';

/**
 * A reload of the window closes its terminals too; the run goes on then. By the end of this pause a window that
 * reloads is gone, and one that only closed the terminal stops the task.
 */
const STOP_AFTER_CLOSE_MS = 1_500;
const FAILED_TO_LAUNCH = 1;
const INTERRUPT = '\u0003';

export interface LaunchTerminalDeps {
  /** Makes and enqueues the task; undefined when the person turned away. */
  launch(signal: AbortSignal): Promise<Launched | undefined>;
  /** After a good launch, such as opening the panel. */
  launched(launched: Launched): Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A VS Code task's terminal: launches, shows the console as it grows, ends with the script's outcome. */
export class LaunchTerminal implements vscode.Pseudoterminal, Disposable {
  private readonly owned = new DisposableStore();
  private readonly writes = this.owned.add(new vscode.EventEmitter<string>());
  private readonly ends = this.owned.add(new vscode.EventEmitter<number>());
  private readonly abort = new AbortController();
  private launched: Launched | undefined;
  private hasEnded = false;
  private isStopping = false;
  readonly onDidWrite = this.writes.event;
  readonly onDidClose = this.ends.event;

  constructor(private readonly deps: LaunchTerminalDeps) {}

  open(): void {
    this.run().catch((error: unknown) => this.fail(error));
  }

  handleInput(data: string): void {
    if (data.includes(INTERRUPT)) {
      this.stop();
    }
  }

  close(): void {
    if (!this.hasEnded) {
      this.owned.add(this.deps.clock.after(STOP_AFTER_CLOSE_MS, () => this.stop()));
    }
  }

  dispose(): void {
    this.owned.dispose();
  }

  private async run(): Promise<void> {
    const launched = await this.deps.launch(this.abort.signal);
    if (launched === undefined) {
      this.end(FAILED_TO_LAUNCH);
      return;
    }
    this.launched = launched;
    this.note(
      `Task ${launched.taskName} is in the queue ${launched.queueName} of ${launched.session.info.label}.`,
    );
    for (const text of launched.notes) {
      this.note(text);
    }
    this.follow(launched);
    await this.deps.launched(launched);
  }

  private follow({ session, ref }: Launched): void {
    const follower = this.owned.add(new ConsoleFollower(session, ref.taskId, consoleStart(), this.sink()));
    const check = (): void => {
      const task = session.store.task(ref.taskId);
      if (task !== undefined && isEnded(task.status) && !this.hasEnded) {
        this.hasEnded = true;
        const finish = (): void => {
          this.note(task.statusMessage ?? task.statusReason ?? `The task is ${task.status}.`);
          this.end(exitCodeOf(task));
        };
        follower.readNow().then(finish, finish);
      }
    };
    this.owned.add(
      session.store.onDidChange((change) => {
        if (change.kind === 'tasks' && change.ids.has(ref.taskId)) {
          check();
        }
      }),
    );
    check();
  }

  private sink(): ConsoleSink {
    let lastFailure = '';
    return {
      write: (text) => this.write(text),
      restart: () => this.note('The task was reset.'),
      recover: () => {
        lastFailure = '';
      },
      fail: (error) => {
        if (error.message !== lastFailure && !isCancelled(error)) {
          lastFailure = error.message;
          this.note(`${error.message} Trying again.`);
        }
      },
    };
  }

  private stop(): void {
    if (this.launched === undefined) {
      this.abort.abort();
      return;
    }
    if (this.isStopping || this.hasEnded) {
      return;
    }
    this.isStopping = true;
    this.note('Stopping the task…');
    this.requestStop(this.launched).catch((error: unknown) => {
      this.isStopping = false;
      this.note(`The task could not be stopped: ${toTracksideError(error).message}`);
      this.deps.logger.warn(`Stopping from the terminal failed: ${toTracksideError(error).message}`);
    });
  }

  private async requestStop({ session, ref }: Launched): Promise<void> {
    const { signal } = new AbortController();
    const backend = await session.backend(signal);
    await backend.actions?.act(ref.taskId, { action: 'stop' }, signal);
    session.scheduler.notify({ kind: 'task', ids: [ref.taskId] });
  }

  private fail(error: unknown): void {
    const { message, nextStep } = toTracksideError(error);
    if (!isCancelled(error)) {
      this.note(`${message} ${nextStep}`.trim());
      this.deps.logger.error('A trackside task could not be launched.', error);
    }
    this.end(FAILED_TO_LAUNCH);
  }

  private note(text: string): void {
    this.write(`\x1b[2m[Trackside] ${text.replace(/[\x00-\x1f\x7f]+/g, ' ')}\x1b[0m\n`);
  }

  private write(text: string): void {
    this.writes.fire(text.replace(/\r?\n/g, '\r\n'));
  }

  private end(exitCode: number): void {
    this.hasEnded = true;
    this.ends.fire(exitCode);
    this.dispose();
  }
}
