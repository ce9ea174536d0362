// What the agent and the profiler program say to each other, one JSON object per line: the agent sends `start`, then
// perhaps `stop`; the program asks once for room for its recording, is answered, and sends reports, or a complaint when it cannot go
// on. Both sides check what they get: the program has read the symbols of foreign programs and is not trusted.
import {
  callGraphChoices,
  type Frame,
  type ProfiledProcess,
  type ProfiledThread,
  type ProfileReport,
  type ProfileRequest,
  type ProfileStatus,
  type ProfileTarget,
  profileEvents,
  type SampleColumns,
  type StackChunk,
  type SymbolQuality,
  type WeightUnit,
  weightUnits,
} from '../../shared/model/profile.ts';
import type { Reason } from '../../shared/model/reason.ts';
import type { RecordingNeed } from './recording/recording-plan.ts';

export interface StartMessage {
  readonly kind: 'start';
  readonly request: ProfileRequest;
  /** null: the program has one itself; then perf is its own choice, too. */
  readonly folder: string | null;
  readonly perfPath: string | null;
  readonly searchPath: string;
}

export interface StopMessage {
  readonly kind: 'stop';
}

/** What the agent says to a need. */
export interface AnswerMessage {
  readonly kind: 'answer';
  /** Why there is no room; null: there is. */
  readonly reason: Reason | null;
}

export type ProfilerMessage = StartMessage | StopMessage | AnswerMessage;

/** What the program asks for. */
export interface NeedMessage extends RecordingNeed {
  readonly kind: 'need';
}

/** Why the program ends without a result. */
export interface ComplaintMessage {
  readonly kind: 'complaint';
  readonly text: string;
}

/** Characters of a complaint that are kept. */
export const longestComplaint = 400;

/** A chunk of 2,000 nodes and 180 KiB of text, every character escaped, stays below this. */
export const longestReportLine = 2 * 1024 * 1024;
export const longestMessageLine = 64 * 1024;

const mostChunkItems = 10_000;
const longestText = 4096;

export function parseProfilerMessage(value: unknown): ProfilerMessage | undefined {
  if (!isRecord(value)) return undefined;
  if (value['kind'] === 'stop') return { kind: 'stop' };
  if (value['kind'] === 'answer') {
    const { reason } = value;
    return isNullOr(reason, isReason) ? { kind: 'answer', reason } : undefined;
  }
  const { kind, request, folder, perfPath, searchPath } = value;
  if (kind !== 'start' || !isRequest(request) || !isText(searchPath)) return undefined;
  if (!isNullOr(folder, isText)) return undefined;
  if (perfPath !== null && !isText(perfPath)) return undefined;
  return { kind, request, folder, perfPath, searchPath };
}

/** undefined when it is no need. */
export function parseNeed(value: unknown): RecordingNeed | undefined {
  if (!isRecord(value) || value['kind'] !== 'need') return undefined;
  const { samples, bytes, mostBytes, waitsOf } = value;
  if (!isCount(samples) || !isCount(bytes) || !isCount(mostBytes)) return undefined;
  return isNullOr(waitsOf, isPids) ? { samples, bytes, mostBytes, waitsOf } : undefined;
}

/** undefined when it is no complaint. */
export function parseComplaint(value: unknown): string | undefined {
  if (!isRecord(value) || value['kind'] !== 'complaint') return undefined;
  return isText(value['text']) ? value['text'].slice(0, longestComplaint) : undefined;
}

/** undefined when it is no report of this profile. */
export function parseProfileReport(value: unknown, profileId: string): ProfileReport | undefined {
  if (!isRecord(value) || value['profileId'] !== profileId) return undefined;
  const { status, reason, progress, startedTimeMs, endedTimeMs, samples, lost, process, stacks } = value;
  const { sampledEvent, unit, usedCallGraph, symbols } = value;
  if (!isStatus(status) || !isNumber(progress) || !isNumber(samples) || !isNumber(lost)) return undefined;
  if (!isNullOr(reason, isReason) || !isNullOr(process, isProcess) || !isNullOr(stacks, isChunk))
    return undefined;
  if (!isNullOr(startedTimeMs, isNumber) || !isNullOr(endedTimeMs, isNumber)) return undefined;
  if (!isNullOr(sampledEvent, isText) || !isNullOr(usedCallGraph, isText)) return undefined;
  if (!isUnit(unit) || !isNullOr(symbols, isQuality)) return undefined;
  return {
    profileId,
    status,
    reason,
    progress,
    startedTimeMs,
    endedTimeMs,
    samples,
    lost,
    sampledEvent,
    unit,
    usedCallGraph,
    symbols,
    process,
    stacks,
  };
}

const statuses: readonly unknown[] = [
  'pending',
  'running',
  'processing',
  'finished',
  'partial',
  'stopped',
  'failed',
] satisfies ProfileStatus[];

function isStatus(value: unknown): value is ProfileStatus {
  return statuses.includes(value);
}

function isRequest(value: unknown): value is ProfileRequest {
  if (!isRecord(value) || !isText(value['id']) || !isNullOr(value['startAtMs'], isNumber)) return false;
  const { event, callGraph, withInlined } = value;
  if (!isOneOf(event, profileEvents) || !isOneOf(callGraph, callGraphChoices)) return false;
  if (!isTarget(value['target']) || typeof withInlined !== 'boolean') return false;
  return isNumber(value['durationMs']) && isNumber(value['frequencyHz']);
}

function isTarget(value: unknown): value is ProfileTarget {
  if (!isRecord(value)) return false;
  if (value['kind'] === 'node') return true;
  if (value['kind'] === 'cgroup') return isText(value['path']);
  if (value['kind'] === 'job') return isText(value['job']);
  if (value['kind'] !== 'process') return false;
  const { pid, startTimeMs, withChildren, threads } = value;
  const isThreads = isNullOr(threads, (list) => isListOf(list, isCount));
  return isCount(pid) && isNullOr(startTimeMs, isNumber) && typeof withChildren === 'boolean' && isThreads;
}

function isOneOf<T extends string>(value: unknown, words: readonly T[]): value is T {
  return words.some((word) => word === value);
}

function isUnit(value: unknown): value is WeightUnit {
  return isOneOf(value, weightUnits);
}

function isQuality(value: unknown): value is SymbolQuality {
  return isRecord(value) && isNumber(value['named']) && isNullOr(value['reason'], isReason);
}

function isReason(value: unknown): value is Reason {
  return isRecord(value) && isText(value['code']) && isText(value['message']) && isText(value['remedy']);
}

function isProcess(value: unknown): value is ProfiledProcess {
  if (!isRecord(value) || !isCount(value['pid']) || !isNumber(value['startTimeMs'])) return false;
  return isText(value['name']) && isText(value['command']) && isText(value['user']);
}

function isChunk(value: unknown): value is StackChunk {
  if (!isRecord(value) || !isCount(value['index']) || typeof value['last'] !== 'boolean') return false;
  const { frames, parents, frameIds, self } = value;
  if (!isListOf(frames, isFrame) || !isListOf(frameIds, isCount) || !isListOf(self, isCount)) return false;
  const isParent = (item: unknown): item is number => item === -1 || isCount(item);
  if (!isListOf(parents, isParent) || parents.length !== frameIds.length || parents.length !== self.length)
    return false;
  return isListOf(value['threads'], isThread) && isNullOr(value['samples'], isSamples);
}

function isThread(value: unknown): value is ProfiledThread {
  if (!isRecord(value) || !isText(value['process']) || !isText(value['name'])) return false;
  return isCount(value['pid']) && isCount(value['tid']) && isNullOr(value['localRank'], isCount);
}

function isSamples(value: unknown): value is SampleColumns {
  if (!isRecord(value)) return false;
  const { timesMs, threadIds, nodes, weights } = value;
  if (!isListOf(threadIds, isCount) || !isListOf(nodes, isCount) || !isListOf(weights, isCount)) return false;
  if (threadIds.length !== nodes.length || weights.length !== nodes.length) return false;
  return timesMs === null || (isListOf(timesMs, isCount) && timesMs.length === nodes.length);
}

function isFrame(value: unknown): value is Frame {
  return isRecord(value) && isText(value['function']) && isText(value['module']);
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.length <= mostChunkItems && value.every(isItem);
}

function isNullOr<T>(value: unknown, isValue: (value: unknown) => value is T): value is T | null {
  return value === null || isValue(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longestText;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isPids(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isCount);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
