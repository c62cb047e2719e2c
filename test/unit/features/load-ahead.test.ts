import assert from 'node:assert/strict';
import { silentLogger } from '../../../src/core/logger';
import { loadAhead } from '../../../src/features/panels/load-ahead';
import { ManualClock } from '../../fakes/manual-clock';
import { FakeConnections, sessionOf } from '../metrics/fake-runs';

describe('code that is loaded ahead', () => {
  function begin(load: () => Promise<unknown>) {
    const clock = new ManualClock();
    const connections = new FakeConnections([]);
    const disposable = loadAhead({ connections, clock, logger: silentLogger }, load);
    return { clock, connections, disposable };
  }

  function unopened() {
    const session = sessionOf('closed');
    Object.assign(session, { state: { kind: 'opening' } });
    return session;
  }

  it('is loaded once, when a connection is open and a while has passed', async () => {
    let loads = 0;
    const { clock, connections } = begin(() => Promise.resolve((loads += 1)));
    connections.add(unopened());
    await clock.advance(60_000);
    assert.equal(loads, 0);
    connections.add(sessionOf('open'));
    connections.add(sessionOf('another'));
    await clock.advance(1_000);
    assert.equal(loads, 0);
    await clock.advance(1_000);
    connections.add(sessionOf('third'));
    await clock.advance(60_000);
    assert.equal(loads, 1);
  });

  it('is not loaded for an extension that has ended, and may fail', async () => {
    let loads = 0;
    const { clock, connections, disposable } = begin(() => {
      loads += 1;
      return Promise.reject(new Error('no file'));
    });
    connections.add(sessionOf('open'));
    disposable.dispose();
    await clock.advance(60_000);
    assert.equal(loads, 0);
    const second = begin(() => {
      loads += 1;
      return Promise.reject(new Error('no file'));
    });
    second.connections.add(sessionOf('open'));
    await second.clock.advance(60_000);
    assert.equal(loads, 1);
  });
});
