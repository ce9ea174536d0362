// Profiles: model ↔ messages.
import type {
  ProfileReportInput,
  ProfileReport as WireReport,
} from '../../proto/gen/jidi/v1/ProfileReport.ts';
import type { ProfileStatus as WireStatus } from '../../proto/gen/jidi/v1/ProfileStatus.ts';
import type { StackChunkInput, StackChunk as WireChunk } from '../../proto/gen/jidi/v1/StackChunk.ts';
import type { ProfiledProcess, ProfileReport, ProfileStatus, StackChunk } from '../model/profile.ts';
import { truncate } from '../text.ts';
import { countField, EnumMap, listField, optionalTime, textField, timeField } from './fields.ts';
import { decodeReason, encodeReason } from './reason.ts';
import { malformed } from './wire-error.ts';

const maxChunkItems = 20_000;
const maxFunctionLength = 512;
const maxModuleLength = 256;
const maxIdLength = 64;

const statuses = new EnumMap<ProfileStatus, WireStatus>({
  pending: 'PROFILE_STATUS_PENDING',
  running: 'PROFILE_STATUS_RUNNING',
  processing: 'PROFILE_STATUS_PROCESSING',
  finished: 'PROFILE_STATUS_FINISHED',
  partial: 'PROFILE_STATUS_PARTIAL',
  stopped: 'PROFILE_STATUS_STOPPED',
  failed: 'PROFILE_STATUS_FAILED',
});

export function encodeProfileReport(report: ProfileReport): ProfileReportInput {
  return {
    profileId: report.profileId,
    status: statuses.toWire(report.status),
    reason: encodeReason(report.reason),
    progressE4: Math.round(report.progress * 1e4),
    startedTimeMs: report.startedTimeMs ?? 0,
    endedTimeMs: report.endedTimeMs ?? 0,
    samples: report.samples,
    lost: report.lost,
    event: report.event ?? '',
    process: report.process && encodeProcess(report.process),
    stacks: report.stacks && encodeChunk(report.stacks),
  };
}

export function decodeProfileReport(report: WireReport): ProfileReport {
  return {
    profileId: textField('profile.profile_id', report.profileId, maxIdLength),
    status: statuses.toModel('profile.status', report.status),
    reason: decodeReason(report.reason),
    progress: countField('profile.progress_e4', report.progressE4, 10_000) / 1e4,
    startedTimeMs: optionalTime('profile.started_time_ms', report.startedTimeMs),
    endedTimeMs: optionalTime('profile.ended_time_ms', report.endedTimeMs),
    samples: countField('profile.samples', report.samples),
    lost: countField('profile.lost', report.lost),
    event: textField('profile.event', report.event, 64) || null,
    process: report.process && decodeProcess(report.process),
    stacks: report.stacks && decodeChunk(report.stacks),
  };
}

function encodeProcess(process: ProfiledProcess): ProfiledProcess {
  return {
    ...process,
    name: truncate(process.name, 64),
    command: truncate(process.command, 1024),
    user: truncate(process.user, 64),
  };
}

function decodeProcess(process: ProfiledProcess): ProfiledProcess {
  return {
    pid: process.pid,
    startTimeMs: timeField('profile.process.start_time_ms', process.startTimeMs),
    name: textField('profile.process.name', process.name, 64),
    command: textField('profile.process.command', process.command, 1024),
    user: textField('profile.process.user', process.user, 64),
  };
}

function encodeChunk(chunk: StackChunk): StackChunkInput {
  return {
    index: chunk.index,
    last: chunk.last,
    frames: chunk.frames.map((frame) => ({
      function: truncate(frame.function, maxFunctionLength),
      module: truncate(frame.module, maxModuleLength),
    })),
    parentsPlus1: chunk.parents.map((parent) => parent + 1),
    frameIds: [...chunk.frameIds],
    self: [...chunk.self],
  };
}

/** Whether parents and frames exist is checked where the chunks are put together. */
function decodeChunk(chunk: WireChunk): StackChunk {
  const length = listField('stacks.frame_ids', chunk.frameIds, maxChunkItems).length;
  if (chunk.parentsPlus1.length !== length || chunk.self.length !== length) {
    throw malformed('stacks', 'columns of different length');
  }
  return {
    index: chunk.index,
    last: chunk.last,
    frames: listField('stacks.frames', chunk.frames, maxChunkItems).map((frame) => ({
      function: textField('stacks.frames.function', frame.function, maxFunctionLength),
      module: textField('stacks.frames.module', frame.module, maxModuleLength),
    })),
    parents: chunk.parentsPlus1.map((parent) => parent - 1),
    frameIds: chunk.frameIds,
    self: chunk.self,
  };
}
