import assert from 'node:assert/strict';
import { DisposableStore, toDisposable } from '../../../src/core/disposable';
import { OnDemand } from '../../../src/core/on-demand';
import { COMMANDS, type CommandId } from '../../../src/platform/command-ids';
import { commandsOnDemand } from '../../../src/platform/commands-on-demand';
import type { CommandHandler, CommandRegistrar } from '../../../src/platform/contract';

describe('what is made on demand', () => {
  it('is made once, also for two who ask at the same time, and disposed with its owner', async () => {
    const events: string[] = [];
    const thing = new OnDemand(async (own) => {
      events.push('made');
      await Promise.resolve();
      own(toDisposable(() => events.push('disposed')));
      return 7;
    });
    assert.deepEqual(events, []);
    assert.deepEqual(await Promise.all([thing.get(), thing.get()]), [7, 7]);
    thing.dispose();
    assert.deepEqual(events, ['made', 'disposed']);
  });

  it('is disposed at once when its owner is gone before it is there', async () => {
    const events: string[] = [];
    const thing = new OnDemand(async (own) => {
      await Promise.resolve();
      own(toDisposable(() => events.push('disposed')));
    });
    const asked = thing.get();
    thing.dispose();
    await asked;
    assert.deepEqual(events, ['disposed']);
  });

  it('is tried again after it failed', async () => {
    let tries = 0;
    const thing = new OnDemand(() => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error('no file')) : Promise.resolve('there');
    });
    await assert.rejects(thing.get(), /no file/);
    assert.equal(await thing.get(), 'there');
  });
});

describe('commands on demand', () => {
  const ids = [COMMANDS.copyId, COMMANDS.refresh] as const;

  function editor() {
    const handlers = new Map<CommandId, CommandHandler>();
    const registrar: CommandRegistrar = {
      register: (id, run) => {
        handlers.set(id, run);
        return toDisposable(() => handlers.delete(id));
      },
    };
    return { handlers, platform: { commands: registrar, language: 'en' } };
  }

  it('are known at once, load their code with the first call and get what they are called with', async () => {
    const { handlers, platform } = editor();
    const calls: unknown[] = [];
    let loads = 0;
    const owned = commandsOnDemand(platform, ids, async ({ commands, language }) => {
      loads += 1;
      assert.equal(language, 'en');
      await Promise.resolve();
      const inner = new DisposableStore();
      ids.forEach((id) => inner.add(commands.register(id, (...args) => void calls.push([id, ...args]))));
      return inner;
    });
    assert.deepEqual([...handlers.keys()], ids);
    assert.equal(loads, 0);
    await Promise.all([
      handlers.get(COMMANDS.copyId)?.('row', ['row'], true),
      handlers.get(COMMANDS.refresh)?.(),
    ]);
    assert.equal(loads, 1);
    assert.deepEqual(calls, [[COMMANDS.copyId, 'row', ['row'], true], [COMMANDS.refresh]]);
    owned.dispose();
    assert.equal(handlers.size, 0);
  });

  it('fail as their code does', async () => {
    const { handlers, platform } = editor();
    commandsOnDemand(platform, [COMMANDS.copyId], ({ commands }) =>
      Promise.resolve(commands.register(COMMANDS.copyId, () => Promise.reject(new Error('nothing there')))),
    );
    await assert.rejects(async () => handlers.get(COMMANDS.copyId)?.(), /nothing there/);
  });

  it('refuse code that leaves a command out, and code of a command that is not known', async () => {
    const { handlers, platform } = editor();
    commandsOnDemand(platform, ids, ({ commands }) =>
      Promise.resolve(commands.register(COMMANDS.copyLink, () => undefined)),
    );
    const refusal = new RegExp([...ids, COMMANDS.copyLink].join('.*'), 'u');
    await assert.rejects(async () => handlers.get(COMMANDS.copyId)?.(), refusal);
  });
});
