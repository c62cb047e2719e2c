import assert from 'node:assert/strict';
import { keyAuth } from '../../../src/client/auth';
import { Redactor } from '../../../src/client/redaction';

const never = new AbortController().signal;

describe('keyAuth', () => {
  it('reads the key once for each request, sends it as it is then, and hides it', async () => {
    const keys = ['first-key', '', 'second-key'];
    let readCount = 0;
    const redactor = new Redactor();
    const auth = keyAuth(() => Promise.resolve(keys[readCount++] ?? ''), redactor, 'x-api-key', '');
    const sent = [await auth.headers(never), await auth.headers(never), await auth.headers(never)];
    assert.deepEqual(sent, [{ 'x-api-key': 'first-key' }, {}, { 'x-api-key': 'second-key' }]);
    assert.equal(readCount, keys.length);
    const line = 'first-key and second-key';
    assert.doesNotMatch(redactor.redact(line), /-key/);
    auth.dispose();
    assert.equal(redactor.redact(line), line);
  });
});
