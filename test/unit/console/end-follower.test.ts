import assert from 'node:assert/strict';
import { EndFollower } from '../../../src/features/console/end-follower';

const LINES = 100;

/** An editor that was sent to the end of a document of 100 lines and shows its last 40. */
function atEnd(): EndFollower {
  const follower = new EndFollower(LINES);
  follower.onSent();
  follower.onVisible({ first: 60, last: 99 });
  return follower;
}

describe('following the end', () => {
  it('goes on while nobody moves, however late the editor tells where it is', () => {
    const follower = atEnd();
    follower.onChanged(150, 99, 0);
    follower.onSent();
    follower.onVisible({ first: 60, last: 99 });
    follower.onChanged(200, 120, 500);
    assert.equal(follower.isFollowing, true);
  });

  it('ends when the person puts the cursor elsewhere, and begins again at the end', () => {
    const follower = atEnd();
    follower.onCursor(50, 0);
    assert.equal(follower.isFollowing, false);
    follower.onCursor(99, 0);
    assert.equal(follower.isFollowing, true);
  });

  it('ends when the editor is sent elsewhere, however the document then grows', () => {
    const follower = atEnd();
    follower.onSentAway();
    follower.onChanged(400, 99, 0);
    assert.equal(follower.isFollowing, false);
    follower.onCursor(399, 10);
    assert.equal(follower.isFollowing, true);
  });

  it('takes the end that was seen a moment ago for the end, not one of long ago', () => {
    const follower = atEnd();
    follower.onChanged(150, 99, 0);
    follower.onCursor(99, 1_900);
    assert.equal(follower.isFollowing, true);
    follower.onCursor(99, 2_100);
    assert.equal(follower.isFollowing, false);
  });

  it('takes a key to what was the last line for one to the end, also in an editor that tells it late', () => {
    const follower = atEnd();
    follower.onSentAway();
    follower.onChanged(150, 99, 0);
    follower.onCursor(98, 9_000, true);
    assert.equal(follower.isFollowing, false, 'another line');
    follower.onCursor(99, 9_000, true);
    assert.equal(follower.isFollowing, true);
    follower.onSentAway();
    follower.onCursor(99, 16_000, true);
    assert.equal(follower.isFollowing, false, 'long ago');
  });

  it('takes the beginning for the beginning, also when there was nothing else a moment ago', () => {
    const follower = new EndFollower(1);
    follower.onSent();
    follower.onChanged(LINES, 0, 0);
    follower.onCursor(0, 100);
    assert.equal(follower.isFollowing, false);
  });

  it('ends when the person scrolls up, and begins again when the end is in view', () => {
    const follower = atEnd();
    follower.onVisible({ first: 40, last: 79 });
    assert.equal(follower.isFollowing, false);
    follower.onVisible({ first: 58, last: 97 });
    assert.equal(follower.isFollowing, true);
  });

  it('is not ended by a document that lost lines', () => {
    const follower = atEnd();
    follower.onChanged(30, 29, 0);
    follower.onChanged(80, 29, 10);
    follower.onSent();
    follower.onVisible({ first: 0, last: 39 });
    assert.equal(follower.isFollowing, true);
  });

  it('of an editor that nobody sent depends on where its cursor is when the document grows', () => {
    const restoredAtEnd = new EndFollower(LINES);
    assert.equal(restoredAtEnd.isFollowing, false);
    restoredAtEnd.onChanged(150, 99, 0);
    assert.equal(restoredAtEnd.isFollowing, true);
    const restoredAbove = new EndFollower(LINES);
    restoredAbove.onChanged(150, 10, 0);
    assert.equal(restoredAbove.isFollowing, false);
  });

  it('does not begin where an editor came back to a text that was not there yet', () => {
    const empty = new EndFollower(1);
    empty.onChanged(LINES, 0, 0);
    assert.equal(empty.isFollowing, false);
    const partial = new EndFollower(LINES, false);
    partial.onChanged(150, 99, 0);
    assert.equal(partial.isFollowing, false);
    partial.onCursor(149, 5_000);
    assert.equal(partial.isFollowing, true, 'the person went to the end');
  });
});
