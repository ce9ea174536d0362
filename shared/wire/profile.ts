// What a node tells of a profile. Decoding refuses unknown statuses and text or numbers out of bounds.
import type { ProfiledProcess as WireProcess } from '../../proto/gen/jidi/v1/ProfiledProcess.ts';
import type {
  ProfileReportInput,
  ProfileReport as WireReport,
} from '../../proto/gen/jidi/v1/ProfileReport.ts';
import type {
  SymbolQualityInput,
  SymbolQuality as WireQuality,
} from '../../proto/gen/jidi/v1/SymbolQuality.ts';
import {
  type ProfiledProcess,
  type ProfileReport,
  type ProfileStatus,
  type SymbolQuality,
  weightUnits,
} from '../model/profile.ts';
import { truncate } from '../text.ts';
import {
  checkCount,
  checkInteger,
  checkText,
  checkTime,
  checkWord,
  clampInteger,
  wireBounds,
} from './bounds.ts';
import { decodeId } from './command.ts';
import { decodeReason, encodeReason } from './reason.ts';
import { decodeStackChunk, encodeStackChunk } from './stack-chunk.ts';
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
    stacks: report.stacks === null ? null : encodeStackChunk(report.stacks),
    event: truncate(report.sampledEvent ?? '', wireBounds.identifier),
    unit: report.unit,
    usedCallGraph: truncate(report.usedCallGraph ?? '', wireBounds.identifier),
    symbols: report.symbols === null ? null : encodeQuality(report.symbols),
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
    sampledEvent: checkText('profile.event', report.event, wireBounds.identifier) || null,
    unit: checkWord('profile.unit', report.unit, weightUnits),
    usedCallGraph: checkText('profile.used_call_graph', report.usedCallGraph, wireBounds.identifier) || null,
    symbols: report.symbols === null ? null : decodeQuality(report.symbols),
    process: report.process === null ? null : decodeProcess(report.process),
    stacks: report.stacks === null ? null : decodeStackChunk(report.stacks),
  };
}

function encodeQuality({ named, reason }: SymbolQuality): SymbolQualityInput {
  return { namedE4: clampInteger(named * 1e4, 1e4), reason: encodeReason(reason) };
}

function decodeQuality({ namedE4, reason }: WireQuality): SymbolQuality {
  return {
    named: checkInteger('profile.symbols.named_e4', namedE4, 0, 1e4) / 1e4,
    reason: decodeReason('profile.symbols.reason', reason),
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
