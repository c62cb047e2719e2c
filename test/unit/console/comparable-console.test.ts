import assert from 'node:assert/strict';
import type { ConsoleAbility } from '../../../src/backends/contract';
import { comparableConsole } from '../../../src/features/console/comparable-console';
import { MemoryBackend } from '../../fakes/memory-backend';
import { memorySession } from '../../fakes/memory-session';

/** A server whose console comes in these pages of chunks. */
class PagedConsole extends MemoryBackend {
  readonly console: ConsoleAbility;
  reads = 0;

  constructor(pageAt: (index: number) => { readonly texts: readonly string[]; readonly hasMore: boolean }) {
    super();
    this.console = {
      read: (_id, cursor) => {
        this.reads += 1;
        const index = Number(cursor ?? 0);
        const { texts, hasMore } = pageAt(index);
        return Promise.resolve({
          chunks: texts.map((text) => ({ text })),
          cursor: String(index + 1),
          hasMore,
        });
      },
    };
  }
}

async function read(backend: MemoryBackend): Promise<string> {
  const { session } = memorySession({ backend });
  try {
    return await comparableConsole(session, 'task');
  } finally {
    session.dispose();
  }
}

describe('a console set beside another', () => {
  it('has every line without colours, time stamps and what a progress bar was before', async () => {
    const pages = [
      ['2026-01-02 03:04:05 \u001b[31mstart\u001b[0m\n[03:04:06] next', '10%'],
      ['\r55%', '\r100%', 'done'],
    ];
    const backend = new PagedConsole((index) => ({ texts: pages[index] ?? [], hasMore: index === 0 }));
    assert.equal(await read(backend), 'start\nnext\n100%\ndone\n');
    assert.equal(backend.reads, 2);
  });

  it('ends at a bound, says so, and asks for no more', async () => {
    const text = 'x'.repeat(99_999);
    const backend = new PagedConsole(() => ({
      texts: Array.from({ length: 30 }, () => text),
      hasMore: true,
    }));
    const shown = await read(backend);
    const lines = shown.trimEnd().split('\n');
    assert.equal(lines.length, 41);
    assert.equal(lines[40], '… cut here: only the first 4,000,000 characters are compared.');
    assert.equal(backend.reads, 2);
  });

  it('is refused where the server keeps none', async () => {
    await assert.rejects(read(new MemoryBackend()), /Local keeps no console/u);
  });
});
