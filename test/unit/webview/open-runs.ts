import type { Page } from 'playwright-core';
import { systemClock } from '../../../src/core/clock';
import { silentLogger } from '../../../src/core/logger';
import { DrawnRuns } from '../../../src/features/metrics/drawn-runs';
import { RunLooksMemory } from '../../../src/features/metrics/run-looks-memory';
import { RunsSession } from '../../../src/features/metrics/runs-session';
import { EngineInProcess } from '../metrics/engine-in-process';
import { FakeConnections, RecordedRunsDeeds, refOf } from '../metrics/fake-runs';
import type { FakeSession } from '../metrics/fake-session';
import { memoryState, memoryViews } from '../metrics/memory-views';
import { OpenPage } from './page-browser';

/** One open panel of several runs, a connection each, with the real host side behind it. */
export class OpenRuns extends OpenPage {
  readonly deeds = new RecordedRunsDeeds();
  readonly engine = new EngineInProcess();
  readonly host: RunsSession;

  constructor(page: Page, sessions: readonly FakeSession[]) {
    super(page);
    const looks = new RunLooksMemory(memoryState(), systemClock);
    this.host = new RunsSession({
      refs: sessions.map(({ info }) => refOf(info.id)),
      panelId: 'panel-1',
      connections: new FakeConnections(sessions),
      engine: this.engine,
      looks,
      drawn: new DrawnRuns(looks),
      views: memoryViews(),
      clock: systemClock,
      logger: silentLogger,
      post: (message) => this.post(message),
      setTitle: () => undefined,
      deeds: this.deeds.ofRuns,
    });
  }
}
