// In: process snapshots of one node. Out: the message of a ProcessBatch: texts once per process, figures as columns.
// It holds the state of one stream.
//
// Invariants: a process keeps its id while it is in the dictionary; when the dictionary is full, the process that was
// not seen for longest gives up its id.
import type { ProcessBatchInput } from '../../proto/gen/jidi/v1/ProcessBatch.ts';
import type { ProcessDefinitionInput } from '../../proto/gen/jidi/v1/ProcessDefinition.ts';
import type { ProcessSnapshotInput } from '../../proto/gen/jidi/v1/ProcessSnapshot.ts';
import type { ProcessSample, ProcessSnapshot } from '../model/process.ts';
import { truncate } from '../text.ts';
import { processDictionarySize, processLimits } from './process-dictionary.ts';

interface Known {
  readonly id: number;
  readonly definition: ProcessDefinitionInput;
}

const maxUint32 = 2 ** 32 - 1;

export class ProcessEncoder {
  /** Least recently seen first. */
  readonly #known = new Map<string, Known>();
  #fresh = true;

  encode(snapshots: readonly ProcessSnapshot[]): ProcessBatchInput {
    const keyframe = this.#fresh;
    this.#fresh = false;
    const definitions: ProcessDefinitionInput[] = [];
    return {
      keyframe,
      snapshots: snapshots.map((snapshot) => this.#encode(snapshot, definitions)),
      definitions,
    };
  }

  #encode(snapshot: ProcessSnapshot, definitions: ProcessDefinitionInput[]): ProcessSnapshotInput {
    const rows = snapshot.processes.slice(0, processLimits.rows);
    return {
      timeMs: snapshot.timeMs,
      processCount: snapshot.processCount,
      ids: rows.map((row) => this.#idOf(row, definitions)),
      cpuRatioE4: rows.map((row) => unsigned(row.cpuRatio * 1e4)),
      residentKib: rows.map((row) => unsigned(row.residentBytes / 1024)),
      memoryRatioE4: rows.map((row) => unsigned(row.memoryRatio * 1e4)),
      threads: rows.map((row) => unsigned(row.threads)),
      states: Buffer.from(rows.map((row) => row.state.charCodeAt(0) || 0x3f)),
      readKibPerSecondPlus1: rows.map((row) => optionalRate(row.readBytesPerSecond)),
      writeKibPerSecondPlus1: rows.map((row) => optionalRate(row.writeBytesPerSecond)),
    };
  }

  #idOf(row: ProcessSample, definitions: ProcessDefinitionInput[]): number {
    const key = `${row.pid}:${row.startTimeMs}`;
    const known = this.#known.get(key);
    this.#known.delete(key);
    const id = known?.id ?? this.#freeId();
    const definition = define(id, row);
    const same = known !== undefined && isSame(known.definition, definition);
    if (!same) definitions.push(definition);
    this.#known.set(key, { id, definition: same ? known.definition : definition });
    return id;
  }

  #freeId(): number {
    if (this.#known.size < processDictionarySize - 1) return this.#known.size;
    const [oldest] = this.#known;
    if (oldest === undefined) return 0;
    this.#known.delete(oldest[0]);
    return oldest[1].id;
  }
}

function define(id: number, row: ProcessSample): ProcessDefinitionInput {
  return {
    id,
    pid: row.pid,
    startTimeMs: row.startTimeMs,
    parentPid: row.parentPid,
    name: truncate(row.name, processLimits.name),
    command: truncate(row.command, processLimits.command),
    user: truncate(row.user, processLimits.user),
    uid: row.uid,
    job: truncate(row.job ?? '', processLimits.job),
  };
}

function isSame(left: ProcessDefinitionInput, right: ProcessDefinitionInput): boolean {
  return (
    left.parentPid === right.parentPid &&
    left.name === right.name &&
    left.command === right.command &&
    left.user === right.user &&
    left.uid === right.uid &&
    left.job === right.job
  );
}

function unsigned(value: number): number {
  return Number.isFinite(value) ? Math.min(maxUint32, Math.max(0, Math.round(value))) : 0;
}

/** KiB/s plus 1; 0 says: not known. */
function optionalRate(bytesPerSecond: number | null): number {
  return bytesPerSecond === null ? 0 : unsigned(bytesPerSecond / 1024 + 1);
}
