// In: the bytes of a request on the telemetry stream. Out: where in them the parts of a batch of processes lie, or null when the
// request is something else, or lies there as no encoder puts it: decodeMessage reads that. It is every other message of a
// collector, and objects made of its columns by the descriptor cost more than all else that is done with it.
//
// It means what decodeMessage means by the same bytes, and refuses what that refuses.
import {
  batchBooted,
  batchClass,
  batchField,
  batchGap,
  batchInventory,
  batchMetrics,
  batchProcesses,
  batchReceiptMayWait,
  batchSequence,
} from './batch-tags.ts';
import { FieldScanner, type Span } from './field-scanner.ts';

export interface ScannedSnapshot {
  readonly timeMs: number;
  readonly processCount: number;
  readonly zombieCount: number;
  readonly uninterruptibleCount: number;
  /** By the number of the field: packed numbers of 32 bits, or the bytes of the states. */
  readonly columns: readonly (Span | undefined)[];
}

export interface ScannedProcessBatch {
  readonly sequence: number;
  readonly bootedTimeMs: number;
  readonly receiptMayWait: boolean;
  readonly keyframe: boolean;
  /** Each a ProcessDefinition. */
  readonly definitions: readonly Span[];
  readonly snapshots: readonly ScannedSnapshot[];
  /** Each a text. */
  readonly waitChannels: readonly Span[];
}

/** Fields of ProcessSnapshot that are columns. */
export const columnField = {
  ids: 3,
  cpuRatioE4: 4,
  residentKib: 5,
  memoryRatioE4: 6,
  threads: 7,
  states: 8,
  readKibPerSecondPlus1: 9,
  writeKibPerSecondPlus1: 10,
  waitChannelsPlus1: 13,
  voluntarySwitchesPerSecondPlus1: 14,
  involuntarySwitchesPerSecondPlus1: 15,
  gpuMemoryKibPlus1: 16,
} as const;

/** A batch of processes in a message of class process. Throws RangeError. */
export function scanProcessBatch(bytes: Uint8Array): ScannedProcessBatch | null {
  if (bytes[0] !== batchField) return null;
  const scanner = new FieldScanner(bytes);
  scanner.at = 1;
  // A second message in the same bytes would replace the first.
  return scanner.open(bytes.length) === bytes.length ? scanBatch(scanner, bytes.length) : null;
}

// Tags of process.proto: number of the field, how its value lies there.
const processesKeyframe = 0x08;
const processesDefinition = 0x12;
const processesSnapshot = 0x1a;
const processesWaitChannel = 0x22;
const snapshotTime = 0x08;
const snapshotProcesses = 0x10;
const snapshotZombies = 0x58;
const snapshotUninterruptible = 0x60;

/** DATA_CLASS_PROCESS. */
const processClass = 4;
const columnFields: ReadonlySet<number> = new Set(Object.values(columnField));

interface Found {
  keyframe: boolean;
  readonly definitions: Span[];
  readonly snapshots: ScannedSnapshot[];
  readonly waitChannels: Span[];
}

function scanBatch(scanner: FieldScanner, end: number): ScannedProcessBatch | null {
  const head = { sequence: 0, bootedTimeMs: 0, receiptMayWait: false };
  let dataClass = 0;
  let found: Found | null = null;
  while (scanner.at < end) {
    const tag = scanner.varint(end);
    if (tag === batchProcesses) {
      if (found !== null) return null;
      found = scanProcesses(scanner, scanner.open(end));
      if (found === null) return null;
    } else if (tag === batchClass) dataClass = scanner.varint(end);
    else if (tag === batchSequence) head.sequence = scanner.varint(end);
    else if (tag === batchBooted) head.bootedTimeMs = scanner.signed(end);
    else if (tag === batchReceiptMayWait) head.receiptMayWait = scanner.varint(end) !== 0;
    else if (tag === batchMetrics || tag === batchInventory || tag === batchGap) return null;
    else scanner.skip(tag % 8, end);
  }
  return found === null || dataClass !== processClass ? null : { ...head, ...found };
}

function scanProcesses(scanner: FieldScanner, end: number): Found | null {
  const found: Found = { keyframe: false, definitions: [], snapshots: [], waitChannels: [] };
  while (scanner.at < end) {
    const tag = scanner.varint(end);
    if (tag === processesSnapshot) {
      const snapshot = scanSnapshot(scanner, scanner.open(end));
      if (snapshot === null) return null;
      found.snapshots.push(snapshot);
    } else if (tag === processesDefinition) found.definitions.push(scanner.span(end));
    else if (tag === processesWaitChannel) found.waitChannels.push(scanner.span(end));
    else if (tag === processesKeyframe) found.keyframe = scanner.varint(end) !== 0;
    else scanner.skip(tag % 8, end);
  }
  return found;
}

function scanSnapshot(scanner: FieldScanner, end: number): ScannedSnapshot | null {
  const counts = { timeMs: 0, processCount: 0, zombieCount: 0, uninterruptibleCount: 0 };
  const columns: (Span | undefined)[] = [];
  while (scanner.at < end) {
    const tag = scanner.varint(end);
    if (tag === snapshotTime) counts.timeMs = scanner.signed(end);
    else if (tag === snapshotProcesses) counts.processCount = scanner.varint(end) >>> 0;
    else if (tag === snapshotZombies) counts.zombieCount = scanner.varint(end) >>> 0;
    else if (tag === snapshotUninterruptible) counts.uninterruptibleCount = scanner.varint(end) >>> 0;
    else {
      const field = Math.floor(tag / 8);
      const isColumn = columnFields.has(field);
      // A column in parts, or number by number.
      if (isColumn && (tag % 8 === 0 || columns[field] !== undefined)) return null;
      if (isColumn && tag % 8 === 2) columns[field] = scanner.span(end);
      else scanner.skip(tag % 8, end);
    }
  }
  return { ...counts, columns };
}
