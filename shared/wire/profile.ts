// Profiles: what is asked for down, reports up. Decoding refuses unknown statuses, more frames, stacks or text than
// allowed, and columns of unequal length. Whether the chunks of a profile fit each other is for the store to see.
import type { ProfiledProcess as WireProcess } from '../../proto/gen/jidi/v1/ProfiledProcess.ts';
import type {
  ProfileReportInput,
  ProfileReport as WireReport,
} from '../../proto/gen/jidi/v1/ProfileReport.ts';
import type { StackChunkInput, StackChunk as WireChunk } from '../../proto/gen/jidi/v1/StackChunk.ts';
import type { StartProfileInput, StartProfile as WireStart } from '../../proto/gen/jidi/v1/StartProfile.ts';
import {
  type ProfiledProcess,
  type ProfileReport,
  type ProfileRequest,
  type ProfileStatus,
  profileLimits,
  type StackChunk,
} from '../model/profile.ts';
import { truncate } from '../text.ts';
import {
  checkCount,
  checkInteger,
  checkLength,
  checkList,
  checkText,
  checkTime,
  clampInteger,
  wireBounds,
} from './bounds.ts';
import { decodeId } from './command.ts';
import { decodeReason, encodeReason } from './reason.ts';
import { malformed } from './wire-error.ts';

const wireStatuses = {
  pending: 'PROFILE_STATUS_PENDING',
  running: 'PROFILE_STATUS_RUNNING',
  processing: 'PROFILE_STATUS_PROCESSING',
  finished: 'PROFILE_STATUS_FINISHED',
  partial: 'PROFILE_STATUS_PARTIAL',
  stopped: 'PROFILE_STATUS_STOPPED',
  failed: 'PROFILE_STATUS_FAILED',
} as const satisfies Record<ProfileStatus, WireReport['status']>;

const statuses: ReadonlyMap<unknown, ProfileStatus> = new Map(
  Object.entries(wireStatuses).map(([status, wire]) => [wire, status as ProfileStatus]),
);

export function encodeProfileReport(report: ProfileReport): ProfileReportInput {
  return {
    profileId: report.profileId,
    status: wireStatuses[report.status],
    reason: encodeReason(report.reason),
    progressE4: clampInteger(report.progress * 1e4, 1e4),
    startedTimeMs: report.startedTimeMs ?? 0,
    endedTimeMs: report.endedTimeMs ?? 0,
    samples: report.samples,
    lost: report.lost,
    process: report.process === null ? null : encodeProcess(report.process),
    stacks: report.stacks === null ? null : encodeStacks(report.stacks),
    event: truncate(report.event ?? '', wireBounds.identifier),
  };
}

export function decodeProfileReport(report: WireReport): ProfileReport {
  const status = statuses.get(report.status);
  if (status === undefined) throw malformed('profile.status', `${report.status} is no status`);
  return {
    profileId: decodeId('profile.profile_id', report.profileId),
    status,
    reason: decodeReason('profile.reason', report.reason),
    progress: checkInteger('profile.progress_e4', report.progressE4, 0, 1e4) / 1e4,
    startedTimeMs: checkTime('profile.started_time_ms', report.startedTimeMs) || null,
    endedTimeMs: checkTime('profile.ended_time_ms', report.endedTimeMs) || null,
    samples: checkCount('profile.samples', report.samples),
    lost: checkCount('profile.lost', report.lost),
    event: checkText('profile.event', report.event, wireBounds.identifier) || null,
    process: report.process === null ? null : decodeProcess(report.process),
    stacks: report.stacks === null ? null : decodeStacks(report.stacks),
  };
}

export function encodeProfileRequest(request: ProfileRequest): StartProfileInput {
  const { id, pid, startTimeMs, durationMs, frequencyHz } = request;
  return { profileId: id, pid, startTimeMs: startTimeMs ?? 0, durationMs, frequencyHz };
}

export function decodeProfileRequest(start: WireStart): ProfileRequest {
  const { durationMs, frequencyHz } = profileLimits;
  const field = 'start_profile';
  return {
    id: decodeId(`${field}.profile_id`, start.profileId),
    pid: checkInteger(`${field}.pid`, start.pid, 1, 2 ** 31 - 1),
    startTimeMs: checkTime(`${field}.start_time_ms`, start.startTimeMs) || null,
    durationMs: checkInteger(`${field}.duration_ms`, start.durationMs, durationMs.min, durationMs.max),
    frequencyHz: checkInteger(`${field}.frequency_hz`, start.frequencyHz, frequencyHz.min, frequencyHz.max),
  };
}

function encodeProcess(process: ProfiledProcess): ProfiledProcess {
  return {
    pid: process.pid,
    startTimeMs: process.startTimeMs,
    name: truncate(process.name, wireBounds.processName),
    command: truncate(process.command, wireBounds.processCommand),
    user: truncate(process.user, wireBounds.userName),
  };
}

function decodeProcess(process: WireProcess): ProfiledProcess {
  return {
    pid: process.pid,
    startTimeMs: checkTime('profile.process.start_time_ms', process.startTimeMs),
    name: checkText('profile.process.name', process.name, wireBounds.processName),
    command: checkText('profile.process.command', process.command, wireBounds.processCommand),
    user: checkText('profile.process.user', process.user, wireBounds.userName),
  };
}

function encodeStacks({ index, last, frames, parents, frameIds, self }: StackChunk): StackChunkInput {
  return {
    index,
    last,
    frames: frames.map((frame) => ({
      function: truncate(frame.function, wireBounds.frameText),
      module: truncate(frame.module, wireBounds.frameText),
    })),
    parentsPlus1: parents.map((parent) => parent + 1),
    frameIds: [...frameIds],
    self: [...self],
  };
}

function decodeStacks(chunk: WireChunk): StackChunk {
  const field = 'profile.stacks';
  const frames = checkList(`${field}.frames`, chunk.frames, wireBounds.frames);
  const parents = checkList(`${field}.parents_plus1`, chunk.parentsPlus1, wireBounds.stackNodes);
  checkLength(`${field}.frame_ids`, chunk.frameIds.length, parents.length);
  checkLength(`${field}.self`, chunk.self.length, parents.length);
  return {
    index: chunk.index,
    last: chunk.last,
    frames: frames.map((frame) => ({
      function: checkText(`${field}.frames.function`, frame.function, wireBounds.frameText),
      module: checkText(`${field}.frames.module`, frame.module, wireBounds.frameText),
    })),
    parents: parents.map((parent) => parent - 1),
    frameIds: chunk.frameIds,
    self: chunk.self,
  };
}
