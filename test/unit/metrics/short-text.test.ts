import assert from 'node:assert/strict';
import { ellipsized, shortened } from '../../../src/core/short-text';

describe('short texts', () => {
  it('are whole while they fit, and never end in half a character', () => {
    assert.equal(ellipsized('loss', 4), 'loss');
    assert.equal(ellipsized('losses', 4), 'los…');
    assert.equal(ellipsized('🚀🚀🚀🚀', 4), '🚀🚀🚀🚀');
    assert.equal(ellipsized('🚀🚀🚀🚀', 3), '🚀🚀…');
    assert.equal(shortened('🚀🚀🚀🚀', 3), '🚀🚀🚀');
    assert.equal(ellipsized('', 3), '');
  });
});
