import assert from 'node:assert/strict';
import path from 'node:path';
import { repositoryRoot } from '../../scripts/editor/toolchain';
import { runHostSuite } from './harness/host-suite';

describe('inside the extension host', () => {
  it('every test passes', async () => {
    const results = await runHostSuite(path.join(repositoryRoot(), 'examples'));
    assert.deepEqual(results.failures, []);
    assert.ok(results.passed.length > 0, 'no test ran');
  });
});
