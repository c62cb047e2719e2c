import assert from 'node:assert/strict';
import { statusWords } from '../../../src/core/status';

describe('why a task is in its status', () => {
  const words = (statusReason?: string, statusMessage?: string): (string | undefined)[] => {
    const { reason, message } = statusWords({ status: 'completed', statusReason, statusMessage });
    return [reason, message];
  };

  it('is what the server says besides the status', () => {
    assert.deepEqual(words('Reached the last epoch', 'by hand'), ['Reached the last epoch', 'by hand']);
    assert.deepEqual(words(undefined, 'by hand'), [undefined, 'by hand']);
  });

  it('is said once', () => {
    assert.deepEqual(words('Completed.', ' completed'), [undefined, undefined]);
    assert.deepEqual(words('By hand', 'by hand.'), ['By hand', undefined]);
    assert.deepEqual(words('', ' '), [undefined, undefined]);
    assert.deepEqual(words(), [undefined, undefined]);
  });
});
