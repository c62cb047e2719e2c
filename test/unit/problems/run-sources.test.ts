import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TaskCode } from '../../../src/core/entities';
import { repositoryPaths } from '../../../src/features/problems/frame-paths';
import { RunSources, targetWords } from '../../../src/features/problems/run-sources';
import { MemoryBackend } from '../../fakes/memory-backend';
import { fixedConnections, memorySession } from '../../fakes/memory-session';

const CODE: TaskCode = {
  repository: 'https://example.com/team/vision.git',
  workingDirectory: 'src',
  entryPoint: 'train.py',
};

describe('paths of traceback frames', () => {
  const AGENT = '/root/.clearml/venvs-builds/3.10/task_repository/vision.git';
  it('are found in the repository, whatever machine they come from', () => {
    assert.deepEqual(repositoryPaths('/home/me/repo/src/a.py', CODE, ['/home/me/repo'])[0], 'src/a.py');
    assert.equal(repositoryPaths(`${AGENT}/src/data/load.py`, CODE, [])[0], 'src/data/load.py');
    assert.equal(repositoryPaths('/app/src/train.py', CODE, [])[0], 'src/train.py');
    assert.equal(repositoryPaths('train.py', CODE, [])[0], 'src/train.py');
    assert.equal(repositoryPaths('C:\\work\\vision\\src\\a.py', CODE, [])[0], 'src/a.py');
    assert.deepEqual(repositoryPaths('/srv/x/y/a.py', {}, []), ['x/y/a.py', 'y/a.py']);
  });

  it('are none for packages, and never lead out', () => {
    assert.deepEqual(repositoryPaths('/v/lib/python3.11/site-packages/torch/utils/data.py', CODE, []), []);
    assert.deepEqual(repositoryPaths('../../etc/passwd', {}, []), []);
    for (const tried of ['/x/vision/../../etc/passwd', 'a/../../../b.py', '/r/../b.py']) {
      for (const found of repositoryPaths(tried, CODE, ['/r'])) {
        assert.ok(!found.split('/').includes('..') && !found.startsWith('/'), found);
      }
    }
  });
});

describe('the code that a traceback names', function () {
  this.timeout(60_000);
  let folder: string;
  let repository: string;
  let commit: string;

  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: repository,
      encoding: 'utf8',
    });

  before(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'trackside-sources-')));
    repository = path.join(folder, 'vision');
    mkdirSync(path.join(repository, 'src'), { recursive: true });
    git('init', '-q');
    writeFileSync(path.join(repository, 'src', 'train.py'), 'one\ntwo\nthree\n');
    writeFileSync(path.join(repository, 'src', 'same.py'), 'one\ntwo\nthree\n');
    git('add', '.');
    git('commit', '-qm', 'first');
    commit = git('rev-parse', 'HEAD').trim();
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const sources = (code: TaskCode, over: { isTrusted?: boolean; isLocal?: boolean } = {}) => {
    class CodeBackend extends MemoryBackend {
      readonly details = {
        read: () => Promise.resolve({ code, parameters: [], configurations: [], artifacts: [], models: [] }),
      };
    }
    const { session } = memorySession({
      backend: new CodeBackend(),
      info: { isLocal: over.isLocal ?? false },
    });
    return new RunSources({
      connections: fixedConnections(session),
      folders: () => [path.join(repository, 'src')],
      isTrusted: () => over.isTrusted ?? true,
    });
  };
  const ref = { connectionId: 'local', taskId: 't' };
  const AGENT_FILE = '/agent/vision.git/src/train.py';
  const atLine = (fileLine: number, file = AGENT_FILE) => ({ path: file, fileLine });
  const file = (name = 'train.py'): string => path.join(repository, 'src', name);

  it('is the workspace file while its line is as it ran', async () => {
    const found = await sources({ ...CODE, commit }).find(ref, atLine(2));
    assert.deepEqual(found, { kind: 'file', file: file(), sameness: 'line' });
    assert.match(targetWords(found, atLine(2)), /line is as it was when the task ran/);
  });

  it('is the file of the commit with the patch when the workspace has another line there', async () => {
    writeFileSync(file(), 'one\nTWO of the run\nthree\n');
    const uncommittedDiff = git('diff');
    writeFileSync(file(), 'zero\none\ntwo\nthree\n');
    const code = { ...CODE, commit, uncommittedDiff };
    const found = await sources(code).find(ref, atLine(2));
    assert.deepEqual(found, { kind: 'asRun', repositoryPath: 'src/train.py', commit });
    assert.equal(await sources(code).textAsRun(ref, 'src/train.py'), 'one\nTWO of the run\nthree\n');
    assert.match(targetWords(found, atLine(2)), new RegExp(`commit ${commit.slice(0, 8)}`));
    git('checkout', '-q', '.');
  });

  it('is the file of the commit when the workspace has it no more', async () => {
    rmSync(file('same.py'));
    const found = await sources({ ...CODE, commit }).find(ref, atLine(1, '/agent/vision/src/same.py'));
    assert.equal(found.kind, 'asRun');
    git('checkout', '-q', '.');
  });

  it('is the workspace file with a warning when the commit is not here', async () => {
    const unknown = { ...CODE, commit: 'f'.repeat(40) };
    assert.deepEqual(await sources(unknown).find(ref, atLine(2)), {
      kind: 'file',
      file: file(),
      sameness: 'unknown',
    });
    assert.deepEqual(await sources(unknown).find(ref, { ...atLine(2), source: 'two' }), {
      kind: 'file',
      file: file(),
      sameness: 'printed',
    });
  });

  it('is the script itself for code outside a repository', async () => {
    const code = { entryPoint: 'alone.py', workingDirectory: '.', uncommittedDiff: 'print(1)\n' };
    const found = await sources(code).find(ref, atLine(1, 'alone.py'));
    assert.deepEqual(found, { kind: 'asRun', repositoryPath: 'alone.py' });
    assert.equal(await sources(code).textAsRun(ref, 'alone.py'), 'print(1)\n');
  });

  it('runs no git in a workspace that is not trusted', async () => {
    const untrusted = sources({ ...CODE, commit }, { isTrusted: false });
    assert.deepEqual(await untrusted.find(ref, atLine(2, 'train.py')), {
      kind: 'file',
      file: file(),
      sameness: 'unknown',
    });
    await assert.rejects(untrusted.textAsRun(ref, 'src/train.py'), /not known as it was/);
  });

  it('is a file outside the workspace only for runs of this machine, and never one of the network', async () => {
    const outside = path.join(folder, 'elsewhere.py');
    writeFileSync(outside, 'x');
    const local = sources({}, { isLocal: true });
    assert.deepEqual(await local.find(ref, atLine(1, outside)), {
      kind: 'file',
      file: outside,
      sameness: 'outside',
    });
    assert.equal((await sources({}).find(ref, atLine(1, outside))).kind, 'none');
    assert.equal((await local.find(ref, atLine(1, '\\\\server\\share\\a.py'))).kind, 'none');
    assert.equal((await local.find(ref, atLine(1, '//server/share/a.py'))).kind, 'none');
  });
});
