// In: a profile as it is stored. Out: the API's object.
import type { Profile as ApiProfile } from '../../../shared/api/profile.ts';
import type { Profile } from '../../../shared/model/profile.ts';
import { seconds, secondsOrNull } from './seconds.ts';

export function toProfile(profile: Profile): ApiProfile {
  const { id, node, pid, process, status, reason, progress, event, samples, lost } = profile;
  return {
    id,
    node,
    pid,
    startTime: secondsOrNull(process?.startTimeMs ?? profile.startTimeMs),
    name: process?.name ?? null,
    command: process?.command ?? null,
    user: process?.user ?? null,
    status,
    reason,
    progress,
    created: seconds(profile.createdTimeMs),
    started: secondsOrNull(profile.startedTimeMs),
    ended: secondsOrNull(profile.endedTimeMs),
    duration: seconds(profile.durationMs),
    frequency: profile.frequencyHz,
    event,
    samples,
    lost,
  };
}
