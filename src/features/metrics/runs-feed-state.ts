import type { FeedState } from './panel-contract';
import type { RunMember } from './run-member';

/** How the reading goes as a whole: as old as the oldest answer of a run that goes on, failed when all of those did. */
export function feedOf(members: readonly Pick<RunMember, 'feedState' | 'isLive'>[]): FeedState {
  const states = members.flatMap(({ feedState }) => feedState ?? []);
  const current = members.flatMap(({ feedState, isLive }) =>
    feedState?.phase === 'current' ? [{ at: feedState.updatedAt, isLive }] : [],
  );
  const live = current.filter(({ isLive }) => isLive);
  const lost = members.flatMap(({ isLive, feedState }) => (isLive ? (feedState ?? []) : [])).find(isLost);
  if (lost !== undefined && live.length === 0) {
    // What has ended stays true; what goes on cannot be read any more.
    return lost;
  }
  if (current.length > 0) {
    const ages = (live.length > 0 ? live : current).map(({ at }) => at);
    return { phase: 'current', updatedAt: Math.min(...ages) };
  }
  const failed = states.find(({ phase }) => phase === 'failed' || phase === 'unsupported');
  if (failed !== undefined && states.length === members.length && states.every(isOver)) {
    return failed;
  }
  return { phase: states.some(({ phase }) => phase === 'reading') ? 'reading' : 'opening' };
}

function isLost(state: FeedState): boolean {
  return state.phase === 'failed' && state.updatedAt !== null;
}

function isOver({ phase }: FeedState): boolean {
  return phase === 'failed' || phase === 'unsupported' || phase === 'current';
}
