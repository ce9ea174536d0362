// How a profile stands after a report, and a profile on several nodes after its parts. Pure.
import {
  isProfileOver,
  type Profile,
  type ProfileReport,
  type ProfileState,
  type ProfileStatus,
} from './model/profile.ts';
import type { Reason } from './model/reason.ts';

/** What was once told stays until it is told anew; the status never goes back. */
export function takeReport(profile: Profile, report: ProfileReport): Profile {
  const goesOn = statusRank[report.status] >= statusRank[profile.status];
  return {
    ...profile,
    status: goesOn ? report.status : profile.status,
    reason: (goesOn ? report.reason : null) ?? profile.reason,
    progress: Math.max(profile.progress, report.progress),
    startedTimeMs: report.startedTimeMs ?? profile.startedTimeMs,
    endedTimeMs: report.endedTimeMs ?? profile.endedTimeMs,
    samples: Math.max(profile.samples, report.samples),
    lost: Math.max(profile.lost, report.lost),
    sampledEvent: report.sampledEvent ?? profile.sampledEvent,
    unit: report.sampledEvent === null ? profile.unit : report.unit,
    usedCallGraph: report.usedCallGraph ?? profile.usedCallGraph,
    symbols: report.symbols ?? profile.symbols,
    process: report.process ?? profile.process,
  };
}

const statusRank: Readonly<Record<ProfileStatus, number>> = {
  pending: 0,
  running: 1,
  processing: 2,
  finished: 3,
  partial: 3,
  stopped: 3,
  failed: 3,
};

const namedNodes = 5;
/** The collector ended between the order and its parts. */
const noPart: Reason = {
  code: 'nodes-missing',
  message: 'no node was asked: the collector ended before it could',
  remedy: 'Start the profile anew.',
};

/** `parts`: of all nodes, also those that were not reached. */
export function stateOfParts(parts: readonly Profile[]): Partial<ProfileState> {
  const samples = sum(parts.map((part) => part.samples));
  const started = parts.flatMap(({ startedTimeMs }) => startedTimeMs ?? []);
  const ended = parts.flatMap(({ endedTimeMs }) => endedTimeMs ?? []);
  const first = parts.find(({ sampledEvent }) => sampledEvent !== null) ?? parts[0];
  const isOver = parts.every(({ status }) => isProfileOver(status));
  return {
    ...(isOver ? endOfParts(parts) : { status: statusUnderWay(parts) }),
    progress:
      parts.length === 0
        ? 0
        : sum(parts.map((part) => (isProfileOver(part.status) ? 1 : part.progress))) / parts.length,
    startedTimeMs: started.length === 0 ? null : Math.min(...started),
    endedTimeMs: isOver && ended.length > 0 ? Math.max(...ended) : null,
    samples,
    lost: sum(parts.map((part) => part.lost)),
    sampledEvent: first?.sampledEvent ?? null,
    unit: first?.unit ?? 'samples',
    usedCallGraph: first?.usedCallGraph ?? null,
    symbols: namesOfParts(parts),
  };
}

/** The part that is furthest behind says how far all are. */
function statusUnderWay(parts: readonly Profile[]): ProfileStatus {
  const open = parts.filter(({ status }) => !isProfileOver(status));
  if (open.some(({ status }) => status === 'running')) return 'running';
  return open.every(({ status }) => status === 'processing') ? 'processing' : 'pending';
}

function endOfParts(parts: readonly Profile[]): { status: ProfileStatus; reason: Reason | null } {
  if (parts.length === 0) return { status: 'failed', reason: noPart };
  const failed = parts.filter(({ status }) => status === 'failed');
  const [first] = failed;
  if (first !== undefined && failed.length === parts.length)
    return { status: 'failed', reason: first.reason };
  if (failed.length > 0) return { status: 'partial', reason: missingNodes(failed, parts.length) };
  if (parts.every(({ status }) => status === 'finished')) return { status: 'finished', reason: null };
  if (parts.every(({ status }) => status === 'stopped')) return { status: 'stopped', reason: null };
  return { status: 'partial', reason: parts.find(({ reason }) => reason !== null)?.reason ?? null };
}

function missingNodes(failed: readonly Profile[], all: number): Reason {
  const names = failed.slice(0, namedNodes).map(({ node }) => node ?? '');
  const more = failed.length > namedNodes ? ` and ${failed.length - namedNodes} more` : '';
  return {
    code: 'nodes-missing',
    message: `${failed.length} of ${all} nodes are missing: ${names.join(', ')}${more}; ${failed[0]?.reason?.message ?? ''}`,
    remedy: 'Each part says why: jidi profile show ID --parts.',
  };
}

/** Weighed by samples. */
function namesOfParts(parts: readonly Profile[]): ProfileState['symbols'] {
  const known = parts.flatMap(({ symbols, samples }) => (symbols === null ? [] : { ...symbols, samples }));
  const samples = sum(known.map((part) => part.samples));
  if (known.length === 0) return null;
  const named = samples === 0 ? 1 : sum(known.map((part) => part.named * part.samples)) / samples;
  return { named, reason: known.find(({ reason }) => reason !== null)?.reason ?? null };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
