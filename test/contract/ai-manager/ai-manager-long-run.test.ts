import assert from 'node:assert/strict';
import { AiManagerBackend } from '../../../src/backends/ai-manager/ai-manager-backend';
import type { Backend } from '../../../src/backends/contract';
import { systemClock } from '../../../src/core/clock';
import { silentLogger } from '../../../src/core/logger';
import { SeriesFeed } from '../../../src/features/metrics/series-feed';
import { FAKE_USER, FakeAiManager } from '../../fakes/ai-manager/fake-ai-manager';
import { EngineInProcess } from '../../unit/metrics/engine-in-process';
import { FakeSession } from '../../unit/metrics/fake-session';
import { until } from '../../unit/runner/run-harness';

const METRICS = ['loss/train', 'loss/val', 'accuracy', 'norm'];
const STEPS = 10_000;
const POINTS = METRICS.length * STEPS;
const PAGE_MS = 30;

class BackendSession extends FakeSession {
  constructor(private readonly backendOfTest: Backend) {
    super();
  }

  override get openBackend(): Backend {
    return this.backendOfTest;
  }
}

describe('a long run of AI Manager, in a panel', () => {
  let fake: FakeAiManager;
  let backend: AiManagerBackend;

  before(async () => {
    fake = await FakeAiManager.start('real');
    fake.metricsTakeMs = PAGE_MS;
    backend = new AiManagerBackend({
      url: fake.url,
      credentials: () => Promise.resolve(FAKE_USER),
      logger: silentLogger,
      userAgent: 'Trackside-test',
    });
  });
  after(async () => {
    backend.dispose();
    await fake.stop();
  });

  it('is drawn from its first page on, and grows while the others come', async () => {
    const { id } = fake.addRun();
    for (let step = 0; step < STEPS; step += 1) {
      METRICS.forEach((name, place) => fake.addMetric(id, name, step, step / (place + 1)));
    }
    const totals = new Map<string, number>();
    const drawn: { readonly points: number; readonly pages: number }[] = [];
    const pages = (): number => fake.requests.filter((request) => request.includes('/metrics/')).length;
    const feed = new SeriesFeed({
      session: new BackendSession(backend),
      engine: new EngineInProcess(),
      clock: systemClock,
      panelId: 'panel',
      taskId: String(id),
      isLive: () => true,
      onIngested: ({ changed }) => {
        changed.forEach(({ metric, pointCount }) => totals.set(metric, pointCount));
        const points = [...totals.values()].reduce((sum, count) => sum + count, 0);
        drawn.push({ points, pages: pages() });
      },
      onCleared: () => undefined,
      onState: () => undefined,
    });
    feed.setOn(true);
    await until(() => feed.isRead, 'all points are read');
    feed.dispose();
    const [first, second] = drawn;
    assert.ok(first !== undefined && second !== undefined);
    assert.equal(first.points, 1_000);
    // The second page is on its way when the first is handed on.
    assert.ok(first.pages <= 2, `${first.pages} pages were asked for before the first was drawn`);
    assert.ok(second.points < POINTS, 'the rest comes at once');
    assert.equal(drawn.at(-1)?.points, POINTS);
    assert.equal(pages(), POINTS / 1_000 + 1);
  });
});
