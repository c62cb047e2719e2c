import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { silentLogger } from '../../../src/core/logger';
import type { Queue } from '../../../src/core/entities';
import { ArgumentMemory } from '../../../src/features/launch/argument-memory';
import { exitCodeOf } from '../../../src/features/launch/exit-code';
import { findInterpreter } from '../../../src/features/launch/python-interpreter';
import { chooseQueue } from '../../../src/features/launch/queue-choice';
import { checkScript } from '../../../src/features/launch/script-check';
import { wishOfDefinition } from '../../../src/features/launch/task-definition';
import { taskNameOf } from '../../../src/features/launch/task-naming';
import { MemoryState } from '../connections/memory-platform';

const { signal } = new AbortController();
let folder = '';

describe('launch parts', () => {
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'trackside launch $(x) ü-')));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  describe('script check', () => {
    const refused = (file: string, message: RegExp) =>
      assert.rejects(checkScript(file, false), { name: 'TracksideError', kind: 'invalid', message });

    it('takes scripts of any name', async () => {
      for (const name of ['a.py', 'two words.py', `"q" 'q' $(id) ;&|.py`, 'ünï名.py', '-x.py', 'w.PYW']) {
        writeFileSync(path.join(folder, name), 'print(1)\n');
        await checkScript(path.join(folder, name), false);
      }
    });

    it('refuses what is missing, empty, a folder or not Python, each in its words', async () => {
      mkdirSync(path.join(folder, 'dir.py'));
      writeFileSync(path.join(folder, 'empty.py'), '');
      writeFileSync(path.join(folder, 'notes.txt'), 'hello');
      await refused(path.join(folder, 'gone.py'), /does not exist/);
      await refused(path.join(folder, 'dir.py'), /is a folder/);
      await refused(path.join(folder, 'empty.py'), /is empty/);
      await refused(path.join(folder, 'notes.txt'), /is not a Python script/);
      await refused(path.join(folder, `${'x'.repeat(5_000)}.py`), /path is too long/);
    });

    it('takes the editor’s word for a script without ending', async () => {
      writeFileSync(path.join(folder, 'train'), '#!/usr/bin/env python3\n');
      await checkScript(path.join(folder, 'train'), true);
    });
  });

  describe('interpreter', () => {
    const fake = (name: string, text: string): string => {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      chmodSync(file, 0o755);
      return file;
    };
    const find = (configured: string | undefined, fromExtension?: string) =>
      findInterpreter(
        { configured, folder, fromPythonExtension: () => Promise.resolve(fromExtension) },
        silentLogger,
        signal,
      );

    it('is the absolute path of a Python 3', async () => {
      const found = await find(undefined);
      assert.ok(path.isAbsolute(found));
      assert.match(path.basename(found), /^python/);
    });

    it('set in settings wins, may be relative, and is not replaced when it does not work', async () => {
      fake('py', `#!/bin/sh\necho "${folder.replaceAll('$', '\\$')}/py"\n`);
      assert.equal(await find('./py'), path.join(folder, 'py'));
      assert.equal(await find('${workspaceFolder}/py'), path.join(folder, 'py'));
      await assert.rejects(find('./gone'), { kind: 'invalid', message: /gone, which is not a Python 3/ });
      await assert.rejects(find(fake('py2', '#!/bin/sh\necho ""\n')), { kind: 'invalid' });
      await assert.rejects(find(fake('bad', '#!/bin/sh\nexit 3\n')), { kind: 'invalid' });
      await assert.rejects(find('python3; touch x'), { kind: 'invalid' });
    });

    it('of the Python extension is taken, and passed over when it is broken', async () => {
      const chosen = fake('venv python', `#!/bin/sh\necho "${folder.replaceAll('$', '\\$')}/venv python"\n`);
      assert.equal(await find(undefined, chosen), chosen);
      assert.notEqual(await find(undefined, path.join(folder, 'gone')), path.join(folder, 'gone'));
    });

    it('missing everywhere is said with a way out', async () => {
      const { PATH } = process.env;
      process.env.PATH = folder;
      try {
        await assert.rejects(find(undefined), {
          message: /No Python 3 was found/,
          nextStep: /Install Python 3/,
        });
      } finally {
        process.env.PATH = PATH;
      }
    });
  });

  describe('queue', () => {
    const queue = (name: string, isDefault = false): Queue => ({
      id: `id-${name}`,
      name,
      isDefault,
      entries: [],
    });
    const queues = [queue('cpu'), queue('gpu'), queue('default', true)];
    const local = { id: 'local', kind: 'clearml', label: 'Local', isLocal: true } as const;
    const server = { id: 's', kind: 'clearml', label: 'example.com', isLocal: false } as const;
    const answering = (name: string | undefined) => {
      const asked: string[][] = [];
      const deps = {
        workspaceState: new MemoryState(),
        dialogs: {
          pick: <T>(_title: string, choices: readonly { label: string; value: T }[]) => {
            asked.push(choices.map(({ label }) => label));
            return Promise.resolve(choices.find(({ label }) => label === name)?.value);
          },
        },
      };
      return { deps, asked };
    };

    it('of Local is the default one, without a question', async () => {
      const { deps, asked } = answering('cpu');
      assert.equal((await chooseQueue(deps, local, queues, { asksQueue: true }))?.name, 'default');
      assert.deepEqual(asked, []);
    });

    it('of a server is asked once and remembered', async () => {
      const { deps, asked } = answering('gpu');
      assert.equal((await chooseQueue(deps, server, queues, { asksQueue: false }))?.name, 'gpu');
      assert.equal((await chooseQueue(deps, server, queues, { asksQueue: false }))?.name, 'gpu');
      assert.deepEqual(asked, [['default', 'cpu', 'gpu']]);
      await chooseQueue(deps, server, queues, { asksQueue: true });
      assert.deepEqual(asked[1], ['gpu', 'default', 'cpu']);
    });

    it('is asked again when it is gone; turning away remembers nothing', async () => {
      const { deps, asked } = answering(undefined);
      await deps.workspaceState.set('launch.queue.s', 'id-gone');
      assert.equal(await chooseQueue(deps, server, queues, { asksQueue: false }), undefined);
      assert.equal(asked.length, 1);
      assert.equal(deps.workspaceState.values.get('launch.queue.s'), '"id-gone"');
    });

    it('that is named must exist', async () => {
      const { deps } = answering(undefined);
      const named = { queueName: 'gpu', asksQueue: false };
      assert.equal((await chooseQueue(deps, local, queues, named))?.name, 'gpu');
      await assert.rejects(chooseQueue(deps, local, queues, { ...named, queueName: 'x' }), {
        message: 'Local has no queue named x.',
        nextStep: 'Use one of: cpu, gpu, default.',
      });
      await assert.rejects(chooseQueue(deps, server, [], named), { message: 'example.com has no queues.' });
    });
  });

  describe('task of tasks.json', () => {
    it('is relative to its folder and splits nothing', () => {
      const wish = wishOfDefinition(
        {
          type: 'trackside',
          script: 'a b/train.py',
          arguments: ['--x', 'two words', '$(id)'],
          workingDirectory: 'a b',
          project: 'P',
          queue: 'q',
          connection: 'Local',
          name: 'N',
          environment: { A: '1' },
        },
        folder,
      );
      assert.deepEqual(wish, {
        script: path.join(folder, 'a b/train.py'),
        isKnownPython: false,
        arguments: ['--x', 'two words', '$(id)'],
        workingDirectory: path.join(folder, 'a b'),
        projectName: 'P',
        name: 'N',
        queueName: 'q',
        connectionLabel: 'Local',
        environment: { A: '1' },
        asksQueue: false,
      });
    });

    it('that is wrong names what is wrong', () => {
      const wrong = (definition: unknown, message: RegExp) =>
        assert.throws(() => wishOfDefinition(definition, folder), { kind: 'invalid', message });
      wrong({ type: 'trackside' }, /script/);
      wrong({ script: 'a.py', arguments: '--x 1' }, /arguments/);
      wrong({ script: 'a.py', environment: { A: 1 } }, /environment/);
      assert.throws(() => wishOfDefinition({ script: 'a.py' }, undefined), { message: /no folder is open/ });
    });
  });

  it('names tasks after the script and its arguments', () => {
    assert.equal(taskNameOf('/a/train.py', []), 'train.py');
    assert.equal(taskNameOf('/a/train.py', ['--lr', '0.1', 'two\nwords']), `train.py --lr 0.1 'two words'`);
    const long = taskNameOf('/a/train.py', ['😀'.repeat(100)]);
    assert.equal(long, `train.py ${'😀'.repeat(60)}…`);
  });

  it('remembers arguments by script', async () => {
    const state = new MemoryState();
    const memory = new ArgumentMemory(state);
    assert.deepEqual(memory.read('/a.py'), []);
    await memory.write('/a.py', ['--x', '']);
    await memory.write('/b.py', ['y']);
    assert.deepEqual(new ArgumentMemory(state).read('/a.py'), ['--x', '']);
    await memory.write('/a.py', []);
    assert.deepEqual(memory.read('/a.py'), []);
    assert.deepEqual(memory.read('/b.py'), ['y']);
    for (let index = 0; index < 300; index += 1) {
      await memory.write(`/${index}.py`, ['z']);
    }
    assert.deepEqual(memory.read('/b.py'), []);
    assert.deepEqual(memory.read('/299.py'), ['z']);
    await state.set('launch.arguments', { broken: true });
    assert.deepEqual(memory.read('/299.py'), []);
  });

  it('gives the script’s own exit code', () => {
    assert.equal(exitCodeOf({ status: 'completed' }), 0);
    assert.equal(exitCodeOf({ status: 'failed', statusMessage: 'Exited with code 3.' }), 3);
    assert.equal(exitCodeOf({ status: 'failed', statusReason: 'Killed by signal SIGSEGV.' }), 1);
    assert.equal(exitCodeOf({ status: 'failed' }), 1);
    assert.equal(exitCodeOf({ status: 'stopped' }), 130);
  });
});
