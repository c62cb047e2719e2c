import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DetailAbility, FileAbility } from '../../../src/backends/contract';
import { TracksideError } from '../../../src/core/errors';
import type { TaskDetails } from '../../../src/core/task-details';
import { saveDatasetFiles } from '../../../src/features/datasets/dataset-files';
import { taskRow } from '../../../src/features/trees/task-row';
import { taskNode } from '../../../src/features/trees/tree-nodes';
import { fakeTask, MemoryBackend } from '../../fakes/memory-backend';
import { memorySession } from '../../fakes/memory-session';
import { ScriptedPlatform } from '../../fakes/scripted-platform';

const NOTHING: TaskDetails = {
  code: {},
  parameters: [],
  configurations: [],
  artifacts: [],
  models: [],
};

class DatasetBackend extends MemoryBackend {
  made: TaskDetails = NOTHING;
  readonly bytes = new Map<string, string>();
  readonly details: DetailAbility = { read: () => Promise.resolve(this.made) };
  readonly files: FileAbility = {
    download: (uri) =>
      Promise.resolve({
        chunks: (async function* (text: string) {
          yield await Promise.resolve(Buffer.from(text));
        })(this.bytes.get(uri) ?? ''),
      }),
  };
}

describe('Versions of a dataset', () => {
  const version = fakeTask('v', {
    name: 'digits',
    dataset: { version: '1.0.2', fileCount: 70_000, sizeBytes: 12_000_000 },
    endedAt: 1_000,
  });
  let folder: string;
  let backend: DatasetBackend;
  let platform: ScriptedPlatform;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'trackside-dataset-'));
    backend = new DatasetBackend();
    platform = new ScriptedPlatform();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const save = async (to: string | undefined = folder): Promise<string[]> => {
    const titles: string[] = [];
    const { session } = memorySession({ backend });
    try {
      await saveDatasetFiles(
        { platform, chooseFolder: (title) => Promise.resolve((titles.push(title), to)) },
        { session, task: version },
      );
    } finally {
      session.dispose();
    }
    return titles;
  };
  const archive = (name: string, file: string, text: string): TaskDetails['artifacts'][number] => {
    const uri = `https://files.example.com/digits/${name}/${file}`;
    backend.bytes.set(uri, text);
    return { name, direction: 'output', uri, sizeBytes: text.length, hash: hashOf(text) };
  };

  it('are named and described by their version', () => {
    const row = taskRow(taskNode('local', 'v'), version, { showsProject: false }, 2_000);
    assert.equal(row.label, 'digits 1.0.2');
    assert.equal(row.description, 'completed · just now · 70,000 files · 12 MB');
    assert.match(row.contextValue, /;has=datasetFiles;/u);
  });

  it('save their archives, each checked, and say where the rest is', async () => {
    backend.made = {
      ...NOTHING,
      artifacts: [
        archive('data', 'part.zip', 'first'),
        archive('data_001', 'part.zip', 'second'),
        archive('state', 'state.json', '{}'),
      ],
      configurations: [
        {
          name: 'Dataset Struct',
          text: '{"0": {"job_id": "v", "parents": ["1"], "job_size": NaN}, "1": {"job_id": "w", "parents": []}}',
        },
      ],
    };
    assert.deepEqual(await save(), ['Save 2 archives (11 B) of digits 1.0.2']);
    assert.deepEqual(readdirSync(folder).sort(), ['data_001-part.zip', 'part.zip']);
    assert.equal(readFileSync(path.join(folder, 'data_001-part.zip'), 'utf8'), 'second');
    assert.deepEqual(platform.said, [
      'Saved 2 archives (11 B) of digits 1.0.2. What it took over from 1 parent version is in their archives.',
    ]);
  });

  it('leave nothing behind when a file is not the one that was uploaded', async () => {
    backend.made = { ...NOTHING, artifacts: [{ ...archive('data', 'a.zip', 'x'), hash: hashOf('y') }] };
    await assert.rejects(save(), (error) => error instanceof TracksideError && error.kind === 'malformed');
    assert.deepEqual(readdirSync(folder), []);
  });

  it('say so when there is nothing to save', async () => {
    await assert.rejects(save(), /has no files of its own/u);
  });
});

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
