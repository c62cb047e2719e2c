import assert from 'node:assert/strict';
import { ClearMlGatewayBackend } from '../../../src/backends/clearml-gateway/clearml-gateway-backend';
import { MOST_DATASET_PATHS } from '../../../src/core/datasets';
import { silentLogger } from '../../../src/core/logger';
import { createProjectsSource } from '../../../src/features/projects/projects-source';
import { TreeController } from '../../../src/features/trees/tree-controller';
import { until } from '../../editor/harness/until';
import { FakeGateway } from '../../fakes/clearml-gateway/fake-gateway';
import type { GatewayPersonality } from '../../fakes/clearml-gateway/gateway-answers';
import { seedTasks } from '../../fakes/clearml-gateway/seed-tasks';
import { ManualClock } from '../../fakes/manual-clock';
import { fixedConnections, memorySession } from '../../fakes/memory-session';
import { TreeScreen } from '../../fakes/tree-screen';
import { ownedByTest } from '../../fakes/owned-by-test';
import { refusal } from '../refusal';

const signal = new AbortController().signal;
const HOUR_MS = 3_600_000;
/** What differs from one day and server to the next: when something was made or read. */
const AGE = / · (read )?(just now|[\d-]{10}|\d+ \w+ ago)|[\d-]{10} · /g;
const MODELS = 'GET /clearml-api/models';
const DATASETS = 'GET /clearml-api/datasets';
const FILES = 'GET /clearml-api/datasets/dataset-1/files';

for (const personality of ['document', 'real'] as const) {
  describe(`models and datasets of a ClearML gateway, as the ${personality} one`, () =>
    contract(personality));
}

function contract(personality: GatewayPersonality): void {
  const isReal = personality === 'real';
  let fake: FakeGateway;
  let backend: ClearMlGatewayBackend;
  const owned = ownedByTest();

  const open = (catalogTimeoutMs?: number): ClearMlGatewayBackend => {
    const made = new ClearMlGatewayBackend({
      url: fake.url,
      logger: silentLogger,
      userAgent: 'Trackside-test',
      ...(catalogTimeoutMs === undefined ? {} : { catalogTimeoutMs }),
    });
    owned.add(made);
    return made;
  };

  beforeEach(async () => {
    fake = await FakeGateway.start(personality, '/clearml-api');
    seedTasks(fake);
    backend = open();
  });
  afterEach(async () => {
    await fake.stop();
  });

  /** The projects of a window that shows this gateway alone. */
  const shown = async () => {
    const clock = new ManualClock();
    const info = { id: 'cvat', kind: 'clearml-gateway', label: 'CVAT', isLocal: false } as const;
    const { session } = memorySession({ info, clock, open: () => Promise.resolve(backend) });
    const controller = new TreeController({
      connections: fixedConnections(session),
      source: createProjectsSource(),
      clock,
      logger: silentLogger,
    });
    owned.add(session);
    owned.add(controller);
    await session.backend(signal);
    const screen = new TreeScreen(controller);
    screen.show();
    const lines = (): string[] => screen.lines().map((line) => line.replaceAll(AGE, ''));
    const shows = (what: string, fits: (rows: readonly string[]) => boolean): Promise<void> =>
      until(what, async () => {
        await clock.advance(500);
        return fits(lines());
      });
    const expand = async (label: string, first: string): Promise<void> => {
      await shows(label, (rows) => rows.some((row) => row.trim().startsWith(label)));
      screen.expand(screen.find(label));
      await shows(first, (rows) => rows.some((row) => row.includes(first)));
    };
    return { clock, session, screen, controller, lines, shows, expand };
  };

  it('lists all models in one answer, with the names of their projects', async () => {
    const { items, hasMore } = await backend.models.list({ isArchived: false }, 1, signal);
    assert.equal(hasMore, false);
    const at = isReal ? {} : { createdAt: Date.UTC(2024, 4, 1, 10), updatedAt: Date.UTC(2024, 4, 1, 10) };
    const common = { isArchived: false, can: [], projectId: 'p1', projectName: 'Vision', ...at };
    assert.deepEqual(items, [
      {
        ...common,
        id: 'model-2',
        name: 'detector',
        tags: ['best'],
        framework: 'PyTorch',
        taskId: 'task-5',
      },
      { ...common, id: 'model-1', name: 'detector, first', tags: [] },
    ]);
    assert.equal(fake.countOf(MODELS), 1);
    const elsewhere = await backend.models.list({ isArchived: false, projectId: 'p3' }, 9, signal);
    assert.deepEqual(elsewhere.items, []);
  });

  it('has no archived models, which it is not asked for, and changes none', async () => {
    const archived = await backend.models.list({ isArchived: true }, 9, signal);
    assert.deepEqual(archived, { items: [], hasMore: false });
    const [outcome] = await backend.models.act(['model-1'], { action: 'archive' }, signal);
    assert.match(outcome?.error?.message ?? '', /only reads models/);
    assert.deepEqual(fake.requests, []);
  });

  it('lists datasets where it has them, newest first, and says where it has not', async () => {
    if (!isReal) {
      const error = await refusal(backend.datasets.list(signal));
      assert.deepEqual([error.kind, error.message], ['notFound', 'This gateway does not tell its datasets.']);
      return;
    }
    fake.catalog.datasets.unshift({ id: 'undated', name: 'undated', created: 'None', files: [] });
    fake.catalog.datasets.push({ id: 'open', name: 'not finished', isOpen: true, files: [] });
    assert.deepEqual(await backend.datasets.list(signal), [
      {
        id: 'dataset-1',
        name: 'annotations',
        version: '1.0.1',
        projectName: 'Vision',
        tags: ['reviewed'],
        createdAt: Date.UTC(2024, 4, 2, 9),
      },
      { id: 'undated', name: 'undated', tags: [] },
      { id: 'dataset-0', name: 'annotations', version: '1.0.0', projectName: 'Vision', tags: [] },
    ]);
  });

  it('tells the files of a dataset in natural order, the first ones of many', async () => {
    const read = (id: string) => backend.datasets.contents(id, signal);
    if (!isReal) {
      assert.equal((await refusal(read('dataset-1'))).kind, 'notFound');
      return;
    }
    assert.deepEqual(await read('dataset-1'), {
      id: 'dataset-1',
      fileCount: 4,
      paths: ['images/1.png', 'images/2.png', 'images/10.png', 'labels.json'],
    });
    const files = Array.from({ length: MOST_DATASET_PATHS + 1 }, (_, place) => `${place}.png`);
    fake.catalog.datasets.push({ id: 'many', name: 'many', files });
    const { fileCount, paths } = await read('many');
    assert.deepEqual([fileCount, paths.length, paths[10]], [501, MOST_DATASET_PATHS, '10.png']);
    assert.match(
      (await refusal(read('gone'))).message,
      /the files of this dataset: ClearML does not have it any more/,
    );
  });

  it('gives up on a list after a long time, in words of its own', async () => {
    backend = open(150);
    await backend.listProjects(signal);
    fake.hangsAt = /models/;
    const error = await refusal(backend.models.list({ isArchived: false }, 9, signal));
    assert.match(error.message, /^The gateway did not tell its models in time: ClearML may be away/);
    assert.match(error.nextStep, /Refresh later/);
    assert.equal(fake.countOf(MODELS), 1);
  });

  it('shows both as groups that are read when they are opened, and again by Refresh alone', async () => {
    const { clock, session, screen, lines, shows, expand } = await shown();
    await shows('the groups', (rows) => rows.includes('Models'));
    assert.deepEqual(lines(), ['Two words', 'Vision', 'Datasets', 'Models']);
    assert.deepEqual([fake.countOf(MODELS), fake.countOf(DATASETS)], [0, 0]);
    await expand('Models', 'detector, first');
    assert.deepEqual(lines().slice(2), [
      'Datasets',
      'Models (2)',
      '  detector (PyTorch · #best · Vision)',
      '  detector, first (Vision)',
    ]);
    const projects = fake.countOf('GET /clearml-api/projects');
    await clock.advance(HOUR_MS);
    await shows('the projects again', () => fake.countOf('GET /clearml-api/projects') > projects);
    screen.collapse(screen.find('Models'));
    screen.expand(screen.find('Models'));
    await clock.advance(HOUR_MS);
    assert.equal(fake.countOf(MODELS), 1, 'neither time nor opening it again reads it');
    fake.catalog.models.shift();
    const refreshed = session.store.refreshHeld();
    await clock.advance(1_000);
    await refreshed;
    await shows('one model', (rows) => rows.includes('Models (1)'));
    assert.equal(fake.countOf(MODELS), 2);
    assert.equal(fake.most, 1, 'one request at a time');
  });

  it('says nothing of a model or a group that it does not know', async () => {
    const { controller, screen, expand } = await shown();
    await expand('Models', 'detector, first');
    const tooltip = controller.tooltip(screen.find('detector')) ?? '';
    assert.match(tooltip, /Made by: task.*5/);
    assert.doesNotMatch(tooltip, /State|draft|published/);
    assert.match(controller.tooltip(screen.find('Models')) ?? '', /Last read/);
    assert.doesNotMatch(controller.tooltip(screen.find('Datasets')) ?? '', /Last read/);
  });

  it('shows datasets with their files, or why there are none, without asking again by itself', async () => {
    const { clock, session, lines, expand } = await shown();
    if (!isReal) {
      await expand('Datasets', 'This gateway does not tell its datasets. (Select to try again)');
      await clock.advance(HOUR_MS);
      assert.equal(fake.countOf(DATASETS), 1);
      await assert.rejects(session.store.refresh({ kind: 'datasets' }), /does not tell its datasets/);
      assert.equal(fake.countOf(DATASETS), 2);
      return;
    }
    await expand('Datasets', 'annotations (1.0.0');
    await expand('annotations', 'labels.json');
    assert.deepEqual(lines().slice(2), [
      'Datasets (2)',
      '  annotations (1.0.1 · 4 files · #reviewed · Vision)',
      '    images/1.png',
      '    images/2.png',
      '    images/10.png',
      '    labels.json',
      '  annotations (1.0.0 · Vision)',
      'Models',
    ]);
    await clock.advance(HOUR_MS);
    assert.deepEqual([fake.countOf(DATASETS), fake.countOf(FILES)], [1, 1]);
    const never = fake.requests.filter((request) => /versions|projects\/.*\/datasets/.test(request));
    assert.deepEqual(never, [], 'calls that always fail are not sent');
  });
}
