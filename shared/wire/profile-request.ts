// What is asked of a node's profiler. Decoding refuses unknown words, a target without a kind, and numbers out of bounds.
import type {
  ProfileTargetInput,
  ProfileTarget as WireTarget,
} from '../../proto/gen/jidi/v1/ProfileTarget.ts';
import type { StartProfileInput, StartProfile as WireStart } from '../../proto/gen/jidi/v1/StartProfile.ts';
import {
  callGraphChoices,
  type ProfileRequest,
  type ProfileTarget,
  profileEvents,
  profileLimits,
} from '../model/profile.ts';
import {
  checkInteger,
  checkList,
  checkPresent,
  checkText,
  checkTime,
  checkWord,
  wireBounds,
} from './bounds.ts';
import { decodeId } from './command.ts';
import { malformed } from './wire-error.ts';

const field = 'start_profile';
const maxPid = 2 ** 31 - 1;

export function encodeProfileRequest(request: ProfileRequest): StartProfileInput {
  const { id, target, event, durationMs, frequencyHz, callGraph, withInlined, startAtMs } = request;
  return {
    profileId: id,
    target: encodeTarget(target),
    event,
    durationMs,
    frequencyHz,
    callGraph,
    withInlined,
    startAtMs: startAtMs ?? 0,
  };
}

export function decodeProfileRequest(start: WireStart): ProfileRequest {
  const { durationMs, frequencyHz } = profileLimits;
  return {
    id: decodeId(`${field}.profile_id`, start.profileId),
    target: decodeTarget(checkPresent(`${field}.target`, start.target)),
    event: checkWord(`${field}.event`, start.event, profileEvents),
    durationMs: checkInteger(`${field}.duration_ms`, start.durationMs, durationMs.min, durationMs.max),
    frequencyHz: checkInteger(`${field}.frequency_hz`, start.frequencyHz, frequencyHz.min, frequencyHz.max),
    callGraph: checkWord(`${field}.call_graph`, start.callGraph, callGraphChoices),
    withInlined: start.withInlined,
    startAtMs: checkTime(`${field}.start_at_ms`, start.startAtMs) || null,
  };
}

function encodeTarget(target: ProfileTarget): ProfileTargetInput {
  switch (target.kind) {
    case 'process': {
      const { pid, startTimeMs, withChildren, threads } = target;
      return { process: { pid, startTimeMs: startTimeMs ?? 0, withChildren, threads: [...(threads ?? [])] } };
    }
    case 'cgroup':
      return { cgroup: target.path };
    case 'job':
      return { job: target.job };
    case 'node':
      return { node: true };
  }
}

function decodeTarget(message: WireTarget): ProfileTarget {
  switch (message.target) {
    case 'process': {
      const process = checkPresent(`${field}.target.process`, message.process);
      const threads = checkList(`${field}.target.process.threads`, process.threads, profileLimits.threads);
      for (const thread of threads) checkInteger(`${field}.target.process.threads`, thread, 1, maxPid);
      return {
        kind: 'process',
        pid: checkInteger(`${field}.target.process.pid`, process.pid, 1, maxPid),
        startTimeMs: checkTime(`${field}.target.process.start_time_ms`, process.startTimeMs) || null,
        withChildren: process.withChildren,
        threads: threads.length === 0 ? null : threads,
      };
    }
    case 'cgroup':
      return {
        kind: 'cgroup',
        path: checkText(`${field}.target.cgroup`, message.cgroup ?? '', profileLimits.cgroupPath),
      };
    case 'job':
      return { kind: 'job', job: checkText(`${field}.target.job`, message.job ?? '', wireBounds.jobName) };
    case 'node':
      return { kind: 'node' };
    case undefined:
      break;
  }
  throw malformed(`${field}.target`, 'missing');
}
