import assert from 'node:assert/strict';
import { RunSummaries } from '../../../src/backends/ai-manager/run-summaries';
import { runAnswer, type WireSummary } from '../../../src/backends/ai-manager/wire';
import { failureOfNetwork, failureOfTimeout } from '../../../src/client/failures';
import { TracksideError } from '../../../src/core/errors';
import { ManualClock } from '../../fakes/manual-clock';

const RUN = runAnswer.parse({ id: 7, name: 'run', status: 'running', tags: [] });
const signal = new AbortController().signal;

function summariesThat(answer: () => Promise<WireSummary[]>): RunSummaries {
  return new RunSummaries(new ManualClock(), answer);
}

describe('the summary of an AI Manager run', () => {
  it('is told as late or failed where it alone is what fails', async () => {
    const late = summariesThat(() => Promise.reject(failureOfTimeout('s', 'GET /metrics/7/summary', 30_000)));
    assert.equal(await late.read(RUN, signal), 'late');
    const broken = new TracksideError('server', 'broken', '', { status: 500 });
    assert.equal(await summariesThat(() => Promise.reject(broken)).read(RUN, signal), 'fails');
  });

  it('throws what is wrong with more than the summary', async () => {
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    for (const failure of [
      failureOfNetwork('s', refused),
      new TracksideError('notFound', 'gone', '', { status: 404 }),
      new TracksideError('cancelled', 'Cancelled.', ''),
    ]) {
      await assert.rejects(summariesThat(() => Promise.reject(failure)).read(RUN, signal), failure);
    }
  });
});
