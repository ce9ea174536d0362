// In: a profile as it is stored. Out: the API's object.
import type { Profile as ApiProfile, ProfileTarget as ApiTarget } from '../../../shared/api/profile.ts';
import type { Profile } from '../../../shared/model/profile.ts';
import { seconds, secondsOrNull } from './seconds.ts';

export function toProfile(profile: Profile): ApiProfile {
  const { id, node, target, process, status, reason, progress, samples, lost } = profile;
  const asked = target.kind === 'process' ? target : null;
  return {
    id,
    node,
    nodes: profile.nodeCount,
    parent: profile.parentId,
    target: toTarget(target),
    pid: asked?.pid ?? null,
    startTime: secondsOrNull(process?.startTimeMs ?? asked?.startTimeMs ?? null),
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
    event: profile.event,
    sampledEvent: profile.sampledEvent,
    unit: profile.unit,
    callGraph: profile.usedCallGraph,
    symbols: profile.symbols,
    samples,
    lost,
    ...(profile.startedBy === undefined ? {} : { startedBy: profile.startedBy }),
    ...(profile.owner === undefined ? {} : { owner: profile.owner }),
  };
}

function toTarget(target: Profile['target']): ApiTarget {
  if (target.kind !== 'process') return target;
  const { kind, pid, startTimeMs, withChildren, threads } = target;
  return {
    kind,
    pid,
    children: withChildren,
    ...(startTimeMs === null ? {} : { startTime: seconds(startTimeMs) }),
    ...(threads === null ? {} : { threads: [...threads] }),
  };
}
