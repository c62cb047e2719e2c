import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ConsoleAbility, ConsoleChunk } from '../../../src/backends/contract';
import { TracksideError } from '../../../src/core/errors';
import { ConsoleDocument } from '../../../src/features/console/console-document';
import {
  ConsoleFollower,
  consoleStart,
  type ConsoleSink,
} from '../../../src/features/console/console-follower';
import { settle } from '../../fakes/manual-clock';
import { fakeTask, MemoryBackend } from '../../fakes/memory-backend';
import { memorySession } from '../../fakes/memory-session';

/** A server with one console that the test writes to; pages of two chunks. */
class PrintingBackend extends MemoryBackend {
  chunks: ConsoleChunk[] = [];
  reads = 0;
  broken: TracksideError | undefined;
  /** Answers are held back until this is settled. */
  held: Promise<void> | undefined;

  readonly console: ConsoleAbility = {
    read: async (_taskId, cursor) => {
      this.reads += 1;
      await this.held;
      if (this.broken !== undefined) {
        return Promise.reject(this.broken);
      }
      const start = Number(cursor ?? 0);
      const chunks = this.chunks.slice(start, start + 2);
      const end = start + chunks.length;
      return Promise.resolve({ chunks, cursor: String(end), hasMore: end < this.chunks.length });
    },
  };

  print(...texts: readonly string[]): void {
    this.chunks.push(...texts.map((text) => ({ text })));
    this.subscriber?.change({ kind: 'console', taskId: 't' });
  }
}

describe('console document', () => {
  const create = () => {
    const backend = new PrintingBackend(true);
    backend.put(fakeTask('t', { status: 'running', startedAt: 1 }));
    const { clock, session } = memorySession({ backend });
    let redraws = 0;
    const folder = mkdtempSync(path.join(tmpdir(), 'trackside-console-document-'));
    let folders = 0;
    const document = new ConsoleDocument({
      session,
      taskId: 't',
      clock,
      makeFolder: () => path.join(folder, String((folders += 1))),
      changed: () => (redraws += 1),
    });
    const text = async (): Promise<string> => new TextDecoder().decode(await document.bytes());
    const dispose = async (): Promise<void> => {
      document.dispose();
      session.dispose();
      await document.log.dispose();
      rmSync(folder, { recursive: true, force: true });
    };
    return { backend, clock, session, document, text, dispose, redraws: () => redraws };
  };
  const load = async ({ document, clock }: ReturnType<typeof create>): Promise<void> => {
    const loading = document.load();
    await clock.advance(100);
    await loading;
  };
  const show = async (made: ReturnType<typeof create>, printed: string): Promise<void> => {
    made.backend.print(printed);
    await load(made);
    made.document.setVisible(true);
    await made.clock.advance(1_000);
  };
  const runAnew = ({ backend }: ReturnType<typeof create>, ...chunks: readonly ConsoleChunk[]): void => {
    backend.chunks = [...chunks];
    backend.change('t', { status: 'running', startedAt: 2 });
    backend.subscriber?.change({ kind: 'task', ids: ['t'] });
  };

  it('holds every page of what was printed before it was opened', async () => {
    const made = create();
    made.backend.print('one', 'two', 'three', ' 10%', '\r 20%');
    await load(made);
    assert.equal(await made.text(), 'one\ntwo\nthree\n 20%');
    await made.dispose();
  });

  it('is waited for while nothing of it is there, but not for ever, and says so', async () => {
    const made = create();
    let answer = (): void => undefined;
    made.backend.held = new Promise((resolve) => {
      answer = resolve;
    });
    made.backend.print('one');
    made.document.setVisible(true);
    let isLoaded = false;
    const loading = made.document.load().then(() => {
      isLoaded = true;
    });
    await made.clock.advance(9_900);
    assert.equal(isLoaded, false);
    await made.clock.advance(100);
    assert.equal(isLoaded, true);
    assert.equal(await made.text(), '[This console is still being read.]');
    answer();
    await made.clock.advance(1_000);
    assert.equal(await made.text(), 'one');
    await loading;
    await made.dispose();
  });

  it('is there as soon as a slow server answers, or refuses', async () => {
    for (const broken of [undefined, new TracksideError('server', 'Broken.', 'Mend it.')]) {
      const made = create();
      let answer = (): void => undefined;
      made.backend.held = new Promise((resolve) => {
        answer = resolve;
      });
      made.backend.broken = broken;
      made.backend.print('one');
      const loading = made.document.load();
      await made.clock.advance(5_000);
      // Other editors came and went, and its own is not there yet.
      made.document.setVisible(false);
      answer();
      // The clock stands: nothing but the answer ends the wait.
      await loading;
      assert.match(await made.text(), broken === undefined ? /^one$/ : /could not be read: Broken\. Mend it/);
      await made.dispose();
    }
  });

  it('asks for nothing while it is hidden, and catches up when it is seen again', async () => {
    const made = create();
    made.backend.print('one');
    await load(made);
    const { reads } = made.backend;
    made.backend.print('two');
    await made.clock.advance(600_000);
    assert.equal(made.backend.reads, reads);
    made.document.setVisible(true);
    await made.clock.advance(1_000);
    assert.equal(await made.text(), 'one\ntwo');
    await made.dispose();
  });

  it('is not the only one that follows its run', async () => {
    const made = create();
    const heard: string[] = [];
    const sink: ConsoleSink = {
      write: (text) => heard.push(text),
      restart: () => undefined,
      recover: () => undefined,
      fail: assert.ifError,
    };
    const other = new ConsoleFollower(made.session, 't', consoleStart(), sink);
    await load(made);
    made.document.setVisible(true);
    await made.clock.advance(1_000);
    made.backend.print('one', 'two', 'three');
    await made.clock.advance(1_000);
    made.backend.print('four');
    const read = other.readNow();
    await made.clock.advance(100);
    await read;
    assert.equal(heard.join(''), 'one\ntwo\nthree\nfour');
    await made.clock.advance(1_000);
    assert.equal(await made.text(), 'one\ntwo\nthree\nfour');
    other.dispose();
    await made.dispose();
  });

  it('redraws at most twice a second while lines keep coming', async () => {
    const made = create();
    await load(made);
    made.document.setVisible(true);
    await made.clock.advance(1_000);
    const before = made.redraws();
    for (let line = 0; line < 100; line += 1) {
      made.backend.print(`line ${line}`);
      await made.clock.advance(50);
    }
    await made.clock.advance(1_000);
    const count = made.redraws() - before;
    assert.ok(count >= 5 && count <= 13, `${count} redraws in 5 s`);
    assert.equal((await made.text()).split('\n').length, 100);
    await made.dispose();
  });

  it('leaves an editor alone that is slow to ask for what changed, and not for longer than it is slow', async () => {
    const made = create();
    await load(made);
    made.document.setVisible(true);
    await made.clock.advance(1_000);
    const redrawsIn = async (seconds: number, answerMs: number): Promise<number> => {
      const before = made.redraws();
      for (let passedMs = 0; passedMs < seconds * 1_000; passedMs += answerMs) {
        made.backend.print('line');
        await made.clock.advance(answerMs);
        await made.document.bytes();
      }
      return made.redraws() - before;
    };
    const slow = await redrawsIn(30, 1_000);
    assert.ok(slow >= 3 && slow <= 10, `${slow} redraws in 30 s, each answered after about a second`);
    const fast = await redrawsIn(30, 50);
    assert.ok(fast > 30, `${fast} redraws in 30 s, each answered at once`);
    await made.dispose();
  });

  it('begins anew when the task was reset and runs again', async () => {
    const made = create();
    await show(made, 'old');
    assert.equal(await made.text(), 'old');
    runAnew(made);
    made.backend.print('new');
    await made.clock.advance(3_000);
    assert.equal(await made.text(), 'new');
    await made.dispose();
  });

  it('reads once more after the end, then stops asking', async () => {
    const made = create();
    made.backend.print('one');
    await load(made);
    made.document.setVisible(true);
    await made.clock.advance(1_000);
    made.backend.chunks.push({ text: 'last words' });
    made.backend.change('t', { status: 'completed', startedAt: 1 });
    made.backend.subscriber?.change({ kind: 'task', ids: ['t'] });
    await made.clock.advance(5_000);
    assert.equal(await made.text(), 'one\nlast words');
    const { reads } = made.backend;
    await made.clock.advance(50_000);
    assert.ok(made.backend.reads - reads <= 1, `${made.backend.reads - reads} reads after the end`);
    await made.dispose();
  });

  describe('with one answer of several megabytes', () => {
    const LINES = 60_000;
    const rows = Array.from({ length: LINES }, (_, row) => `row ${row} ${'\u{1f600}'.repeat(20)}`);
    const answer = rows.join('\n');
    const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

    it('lets others have their turn, and loses nothing', async () => {
      const made = create();
      made.backend.print(answer);
      const loading = made.document.load();
      const { spool } = made.document.log;
      let mostAtOnce = 0;
      for (let before = 0; spool.lineCount < LINES - 1; before = spool.byteCount) {
        await nextTurn();
        mostAtOnce = Math.max(mostAtOnce, spool.byteCount - before);
      }
      await loading;
      assert.ok(spool.byteCount > 4_000_000);
      assert.ok(mostAtOnce < spool.byteCount / 2, `${mostAtOnce} of ${spool.byteCount} bytes in one turn`);
      assert.equal(await made.text(), answer);
      await made.dispose();
    });

    it('goes on where it was hidden', async () => {
      const made = create();
      await load(made);
      made.document.setVisible(true);
      await made.clock.advance(1_000);
      const { spool } = made.document.log;
      made.backend.print(answer, 'end');
      const advanced = made.clock.advance(5_000);
      while (spool.byteCount === 0) {
        await nextTurn();
      }
      made.document.setVisible(false);
      await advanced;
      assert.ok(spool.lineCount < LINES, 'hidden in the middle of the answer');
      made.document.setVisible(true);
      while (spool.lineCount < LINES) {
        await made.clock.advance(1_000);
      }
      await made.clock.advance(5_000);
      assert.equal(await made.text(), `${answer}\nend`);
      await made.dispose();
    });

    it('drops the rest of it when the task was reset meanwhile', async () => {
      const made = create();
      await show(made, 'short');
      made.backend.print(answer);
      const { spool } = made.document.log;
      while (spool.lineCount < 100) {
        await made.clock.advance(100);
      }
      runAnew(made, { text: 'new' });
      // Pages go to the disk, which takes time of its own.
      while (made.document.log.run === 0 || (await made.text()) === '') {
        await made.clock.advance(1_000);
      }
      await made.clock.advance(10_000);
      assert.equal(await made.text(), 'new');
      await made.dispose();
    });
  });

  it('says why it cannot be read, keeps what it has, and recovers by itself', async () => {
    const made = create();
    made.backend.print('one');
    await load(made);
    made.backend.broken = new TracksideError('server', 'The server failed.', 'Wait.');
    made.document.setVisible(true);
    await made.clock.advance(2_000);
    assert.equal(await made.text(), 'one\n[The console could not be read: The server failed. Wait.]');
    made.backend.broken = undefined;
    made.backend.print('two');
    await made.clock.advance(400_000);
    assert.equal(await made.text(), 'one\ntwo');
    await made.dispose();
    await settle();
    assert.equal(made.clock.timerCount, 0);
  });
});
