import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readGitFacts, type GitFacts } from '../../../src/features/launch/git-facts';
import { readScriptCode } from '../../../src/features/launch/script-code';
import { stripCredentials } from '../../../src/features/launch/repository-url';

const signal = new AbortController().signal;

describe('git facts', () => {
  let folder = '';
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'trackside git $(x) é-')));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const write = (name: string, text: string): string => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  const repository = (name = 'train.py'): string => {
    git('init', '-q', '-b', 'main');
    const script = write(name, 'print(1)\n');
    git('add', '-A');
    git('commit', '-q', '-m', 'First');
    return script;
  };
  const facts = async (script: string): Promise<GitFacts> => {
    const reading = await readGitFacts(script, signal);
    assert.ok(reading.kind === 'facts');
    return reading.facts;
  };

  it('reads branch, commit and remote of a clean repository', async () => {
    const script = repository();
    git('remote', 'add', 'origin', 'https://me:token@example.com/team/code.git');
    assert.deepEqual(await facts(script), {
      root: folder,
      branch: 'main',
      commit: git('rev-parse', 'HEAD').trim(),
      repository: 'https://example.com/team/code.git',
      diff: '',
    });
  });

  it('takes staged and unstaged changes of the whole repository, also from a folder below', async () => {
    const script = repository('deep/er/train.py');
    write('other.txt', 'staged\n');
    git('add', 'other.txt');
    write('deep/er/train.py', 'print(2)\n');
    git('config', 'diff.relative', 'true');
    git('config', 'diff.noprefix', 'true');
    git('config', 'color.ui', 'always');
    const { diff } = await facts(script);
    assert.match(diff, /^diff --git a\/deep\/er\/train.py b\/deep\/er\/train.py\n/);
    assert.match(diff, /^\+print\(2\)$/m);
    assert.match(diff, /^\+staged$/m);
    git('checkout', '-q', '-f', 'HEAD', '--', '.');
    rmSync(path.join(folder, 'other.txt'), { force: true });
    git('reset', '-q', '--hard');
    execFileSync('git', ['apply', '-'], { cwd: folder, input: diff });
    assert.match(git('diff', '--no-color', 'HEAD'), /print\(2\)/);
  });

  it('adds a script that git does not track, whatever its name, in a form that applies again', async () => {
    repository();
    const name = '-my "odd" [$(touch x)] *ü.py';
    const script = write(name, 'print("new")\n');
    const { diff } = await facts(script);
    assert.match(diff, /^\+print\("new"\)$/m);
    rmSync(script);
    execFileSync('git', ['apply', '-'], { cwd: folder, input: diff });
    assert.match(git('status', '--porcelain', '-z'), new RegExp('my "odd" \\[\\$\\(touch x\\)\\]'));
  });

  it('says nothing of a branch when none is checked out, and picks the only remote', async () => {
    const script = repository();
    git('remote', 'add', 'upstream', 'git@example.com:team/code.git');
    git('checkout', '-q', '--detach');
    const found = await facts(script);
    assert.equal(found.branch, undefined);
    assert.equal(found.repository, 'git@example.com:team/code.git');
  });

  it('says why there are no facts: no repository, no commit', async () => {
    const script = write('train.py', 'print(1)\n');
    assert.deepEqual(await readGitFacts(script, signal), {
      kind: 'none',
      reason: 'The script is in no git repository.',
    });
    git('init', '-q');
    const fresh = await readGitFacts(script, signal);
    assert.ok(fresh.kind === 'none' && fresh.reason.endsWith('has no commit yet.'));
  });

  it('never starts a program that the repository names', async () => {
    const script = repository();
    write('train.py', 'print(3)\n');
    const trap = path.join(folder, 'trapped');
    write('.gitattributes', '*.py diff=trap\n');
    for (const key of ['diff.external', 'core.fsmonitor', 'diff.trap.textconv', 'diff.trap.command']) {
      git('config', key, `touch '${trap}-${key}' #`);
    }
    assert.match((await facts(script)).diff, /print\(3\)/);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('trapped')),
      [],
    );
  });

  it('keeps a large diff and says so', async () => {
    const script = repository();
    write('train.py', 'x = 1\n'.repeat(120_000));
    const reading = await readGitFacts(script, signal);
    assert.ok(reading.kind === 'facts');
    assert.ok(reading.facts.diff.length > 500_000);
    assert.match(reading.notes.join(), /uncommitted changes are large/);
  });

  it('names entry point and working directory relative to the repository', async () => {
    const script = repository('src/app/train.py');
    const inSource = await readScriptCode(script, path.join(folder, 'src'), signal);
    assert.equal(inSource.code.entryPoint, 'app/train.py');
    assert.equal(inSource.code.workingDirectory, 'src');
    const atRoot = await readScriptCode(script, folder, signal);
    assert.equal(atRoot.code.entryPoint, 'src/app/train.py');
    assert.equal(atRoot.code.workingDirectory, '.');
    const elsewhere = await readScriptCode(script, os.tmpdir(), signal);
    assert.equal(elsewhere.code.entryPoint, 'train.py');
    assert.equal(elsewhere.code.workingDirectory, 'src/app');
  });

  it('follows a symbolic link to the repository', async () => {
    repository();
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    try {
      const { code } = await readScriptCode(path.join(link, 'train.py'), link, signal);
      assert.equal(code.entryPoint, 'train.py');
      assert.equal(code.workingDirectory, '.');
    } finally {
      rmSync(link);
    }
  });

  it('carries the whole script when there is no repository', async () => {
    const script = write('train.py', 'print("alone")\n');
    const { code, notes } = await readScriptCode(script, folder, signal);
    assert.deepEqual(code, {
      entryPoint: 'train.py',
      workingDirectory: '.',
      uncommittedDiff: 'print("alone")\n',
    });
    assert.deepEqual(notes, []);
  });
});

describe('repository address', () => {
  for (const [remote, expected] of [
    ['https://user:secret@example.com/a/b.git', 'https://example.com/a/b.git'],
    ['https://ghp_token@example.com/a/b.git', 'https://example.com/a/b.git'],
    ['https://user:p@ss@example.com/a', 'https://example.com/a'],
    ['ssh://git:secret@example.com:22/a', 'ssh://git@example.com:22/a'],
    ['git@example.com:team/code.git', 'git@example.com:team/code.git'],
    ['/srv/git/a@b.git', '/srv/git/a@b.git'],
    ['https://example.com/a/b@2', 'https://example.com/a/b@2'],
  ] as const) {
    it(`of ${remote}`, () => assert.equal(stripCredentials(remote), expected));
  }
});
