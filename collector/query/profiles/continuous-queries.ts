// In: the store, and who makes views of stacks. Out: continuous profiles, their windows, and the stacks of the windows of a range in
// one tree.
import type { ContinuousProfile } from '../../../shared/api/continuous-profile.ts';
import type { Profile } from '../../../shared/api/profile.ts';
import type { StackShape } from '../../../shared/api/profile-view.ts';
import type { ContinuousProfile as Kept } from '../../../shared/model/continuous-profile.ts';
import { foldNodeSet } from '../../../shared/nodeset.ts';
import type { ContinuousStore } from '../../store/store.ts';
import { toProfile } from '../views/profile.ts';
import { seconds, secondsOrNull } from '../views/seconds.ts';
import type { ProfileViews, WindowTimes } from './views/view-question.ts';
import { windowsIn } from './views/windows-view.ts';

export interface ContinuousQuery {
  /** Newest first. */
  continuousProfiles(limit: number): Promise<readonly ContinuousProfile[]>;
  /** null: there is none. */
  continuousProfile(id: string): Promise<ContinuousProfile | null>;
  /** Those of which some part lies in the times, newest first. */
  windows(id: string, times: WindowTimes & { readonly limit: number }): Promise<readonly Profile[]>;
  /** JSON of what the API says. */
  windowStacks(id: string, times: WindowTimes, shape: StackShape): Promise<Uint8Array>;
}

export function createContinuousQueries(
  store: ContinuousStore,
  views: Pick<ProfileViews, 'view'>,
): ContinuousQuery {
  return {
    async continuousProfiles(limit) {
      return (await store.continuousProfiles(limit)).map(toContinuousProfile);
    },
    async continuousProfile(id) {
      const profile = await store.continuousProfile(id);
      return profile === null ? null : toContinuousProfile(profile);
    },
    async windows(id, { limit, ...times }) {
      return (await windowsIn(store, { id, times, limit })).map(toProfile);
    },
    windowStacks: (id, times, shape) => views.view({ view: 'windows', id, times, shape }),
  };
}

function toContinuousProfile(profile: Kept): ContinuousProfile {
  const { id, job, nodes, status, reason, event, frequencyHz, windowMs, windows } = profile;
  return {
    id,
    job,
    nodes: foldNodeSet(nodes),
    status,
    reason,
    event,
    frequency: frequencyHz,
    window: seconds(windowMs),
    created: seconds(profile.createdTimeMs),
    ended: secondsOrNull(profile.endedTimeMs),
    windows,
    lastWindow: secondsOrNull(profile.lastWindowTimeMs),
    ...(profile.startedBy === undefined ? {} : { startedBy: profile.startedBy }),
    ...(profile.owner === undefined ? {} : { owner: profile.owner }),
  };
}
