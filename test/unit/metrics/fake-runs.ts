import { Emitter } from '../../../src/core/emitter';
import type { Task } from '../../../src/core/entities';
import type { TaskRef } from '../../../src/core/task-ref';
import type { RunsDeeds } from '../../../src/features/metrics/runs-session';
import type { Connections } from '../../../src/store/contract';
import { RecordedDeeds } from '../../fakes/recorded-deeds';
import { FakeSession, makeTask } from './fake-session';

/** A connection with one task, `task-1`, named like the connection. */
export function sessionOf(id: string, task: Partial<Task> = {}): FakeSession {
  const session = new FakeSession(makeTask({ name: id, status: 'completed', can: ['clone'], ...task }));
  Object.assign(session, { info: { ...session.info, id, label: id } });
  return session;
}

export function refOf(connectionId: string): TaskRef {
  return { connectionId, taskId: 'task-1' };
}

/** Connections that a test can add to. */
export class FakeConnections implements Connections {
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;

  constructor(private sessions: readonly FakeSession[]) {}

  add(session: FakeSession): void {
    this.sessions = [...this.sessions, session];
    this.changes.fire();
  }

  all = (): readonly FakeSession[] => this.sessions;
  get = (id: string): FakeSession | undefined => this.sessions.find(({ info }) => info.id === id);
  active = (): FakeSession => this.sessions[0] ?? new FakeSession();
  setActive = (): Promise<void> => Promise.resolve();
}

/** Notes what a panel of several runs asked of the editor. */
export class RecordedRunsDeeds extends RecordedDeeds {
  readonly shown: string[] = [];
  added: readonly TaskRef[] = [];
  pointed: readonly TaskRef[] = [];

  readonly ofRuns: RunsDeeds = {
    saveFile: this.saveFile,
    copy: this.copy,
    openTask: ({ connectionId }) => this.noteShown(`open ${connectionId}`),
    revealTask: ({ connectionId }) => this.noteShown(`reveal ${connectionId}`),
    pickRuns: () => Promise.resolve(this.added),
    pointAt: (refs) => (this.pointed = refs),
  };

  private noteShown(words: string): Promise<void> {
    this.shown.push(words);
    return Promise.resolve();
  }
}
