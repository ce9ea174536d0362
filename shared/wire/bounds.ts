// How much of everything a message may hold, and the checks for it. In: a field's name and its value. Out: the same
// value, or a WireError that names the field.
import { profileLimits } from '../model/profile.ts';
import { maxTimeMs } from '../model/time.ts';
import { malformed, tooLarge } from './wire-error.ts';

export const wireBounds = {
  /** Bytes of one message on either stream. */
  messageBytes: 1024 * 1024,
  /** Ten for each of 256 cores, and a thousand others. */
  seriesPerNode: 4_096,
  metricName: 128,
  labels: 16,
  labelName: 64,
  labelValue: 128,
  decimals: 9,
  ticks: 120,
  sequenceRanges: 32,
  rows: 160,
  processDictionary: 4_096,
  processName: 64,
  processCommand: 1_024,
  userName: 256,
  jobName: profileLimits.jobName,
  stepName: 64,
  cpuList: 256,
  waitChannel: 128,
  waitChannels: 1_024,
  fact: 256,
  interfaces: 1_024,
  addresses: 64,
  disks: 1_024,
  identifier: 128,
  parameters: 64,
  parameterValue: 8_192,
  reasonText: 4_096,
  reportOutput: 64 * 1024,
  frames: 65_536,
  stackNodes: 131_072,
  sampledThreads: 8_192,
  chunkSamples: 65_536,
  frameText: 4_096,
} as const;

export const maxUint32 = 2 ** 32 - 1;

export function checkTime(field: string, timeMs: number): number {
  return checkInteger(field, timeMs, 0, maxTimeMs);
}

export function checkInteger(field: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw malformed(field, `${value} is not a whole number from ${min} to ${max}`);
  }
  return value;
}

export function checkCount(field: string, value: number): number {
  return checkInteger(field, value, 0, Number.MAX_SAFE_INTEGER);
}

export function checkText(field: string, text: string, maxLength: number): string {
  if (text.length > maxLength) throw tooLarge(field, `${text.length} characters, at most ${maxLength}`);
  return text;
}

export function checkPattern(field: string, text: string, pattern: RegExp): string {
  if (!pattern.test(text)) {
    throw malformed(field, `${JSON.stringify(text.slice(0, 100))} does not match ${pattern.source}`);
  }
  return text;
}

export function checkWord<T extends string>(field: string, word: string, known: readonly T[]): T {
  const found = known.find((one) => one === word);
  if (found !== undefined) return found;
  throw malformed(field, `${JSON.stringify(word.slice(0, 100))} is none of ${known.join(', ')}`);
}

export function checkList<T>(field: string, list: readonly T[], maxLength: number): readonly T[] {
  if (list.length > maxLength) throw tooLarge(field, `${list.length} entries, at most ${maxLength}`);
  return list;
}

export function checkLength(field: string, length: number, expected: number): void {
  if (length !== expected) throw malformed(field, `${length} entries where ${expected} belong`);
}

/** The message itself, or a complaint that it is missing. */
export function checkPresent<T>(field: string, message: T | null | undefined): T {
  if (message === null || message === undefined) throw malformed(field, 'missing');
  return message;
}

/** A whole number within the bounds, whatever came in: for encoding what was measured. */
export function clampInteger(value: number, max: number): number {
  const rounded = Math.round(value);
  return rounded > 0 ? Math.min(rounded, max) : 0;
}
