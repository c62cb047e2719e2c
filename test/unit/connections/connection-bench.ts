import assert from 'node:assert/strict';
import { Redactor } from '../../../src/client/redaction';
import { addConnection } from '../../../src/features/connections/add-connection';
import { ConnectionList } from '../../../src/features/connections/connection-list';
import { ConnectionOpening } from '../../../src/features/connections/connection-opening';
import { ConnectionStorage } from '../../../src/features/connections/connection-storage';
import { editHosts } from '../../../src/features/connections/edit-hosts';
import { signInAgain } from '../../../src/features/connections/sign-in-again';
import { ScriptedPlatform } from '../../fakes/scripted-platform';
import { MemorySecrets, MemoryState } from './memory-platform';

type Answers = ScriptedPlatform['answers'];

/** What several windows of one person share. */
export class Profile {
  readonly state = new MemoryState();
  readonly secrets = new MemorySecrets();
}

/** Everything of a window that connections are made of, without an editor. */
export class ConnectionBench {
  readonly platform = new ScriptedPlatform();
  readonly redactor = new Redactor();
  readonly storage: ConnectionStorage;
  readonly opening: ConnectionOpening;
  readonly connections: ConnectionList;
  environment: Record<string, string> = { CLEARML_CONFIG_FILE: '/nowhere/clearml.conf' };

  constructor(readonly profile = new Profile()) {
    this.storage = new ConnectionStorage(profile.state, new MemoryState(), profile.secrets);
    this.opening = new ConnectionOpening(
      {
        platform: this.platform,
        redactor: this.redactor,
        ensureTracker: () => Promise.reject(new Error('Local is not part of this.')),
      },
      this.storage,
    );
    this.connections = new ConnectionList({
      storage: this.storage,
      createSession: (info, changed) => this.opening.createSession(info, changed),
      onListenerError: (error) => {
        throw error;
      },
    });
  }

  /** Runs "Add Connection" with these answers; all of them must be asked for. */
  async add(...answers: Answers): Promise<void> {
    await this.run(answers, () => addConnection(this.deps));
  }

  async signInAgain(id: string, ...answers: Answers): Promise<void> {
    await this.run(answers, () => signInAgain(this.deps, { connectionId: id }));
  }

  async editHosts(id: string, ...answers: Answers): Promise<void> {
    await this.run(answers, () => editHosts(this.deps, { connectionId: id }));
  }

  dispose(): void {
    this.connections.dispose();
    this.opening.dispose();
  }

  private get deps() {
    const { storage, connections, environment, opening } = this;
    const { dialogs } = this.platform;
    return { dialogs, storage, connections, environment, check: opening.check, trust: () => opening.trust() };
  }

  private async run(answers: Answers, action: () => Promise<void>): Promise<void> {
    const { platform } = this;
    platform.asked.length = 0;
    platform.said.length = 0;
    platform.answers.push(...answers);
    try {
      await action();
      assert.deepEqual(platform.answers, [], 'every answer was asked for');
    } finally {
      platform.answers.length = 0;
    }
  }
}
