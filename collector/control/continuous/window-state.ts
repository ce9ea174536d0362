// In: the parts of a window. Out: how the window stands. As its parts go when it is over, it names every node that is missing.
import type { Profile, ProfileState } from '../../../shared/model/profile.ts';
import { foldNodeSet } from '../../../shared/nodeset.ts';
import { stateOfParts } from '../../../shared/profile-state.ts';
import { truncate } from '../../../shared/text.ts';

/** Characters of a set of nodes. */
const longestNodes = 2000;

export function stateOfWindow(parts: readonly Profile[]): Partial<ProfileState> {
  const state = stateOfParts(parts);
  const failed = parts.filter(({ status }) => status === 'failed');
  if (state.endedTimeMs === undefined || failed.length === 0 || state.reason === null) return state;
  const nodes = truncate(foldNodeSet(failed.map(({ node }) => node ?? '')), longestNodes);
  const arrived = failed.reduce((sum, { samples }) => sum + samples, 0);
  const counted = arrived === 0 ? '' : `; ${arrived} samples that they had told before count`;
  return {
    ...state,
    reason: {
      code: 'nodes-missing',
      message: `${failed.length} of ${parts.length} nodes are missing: ${nodes}; ${failed[0]?.reason?.message ?? ''}${counted}`,
      remedy: 'See how they are: jidi node ls',
    },
  };
}
