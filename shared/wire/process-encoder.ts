// In: process snapshots of one node, batch by batch. Out: ProcessBatch messages of one stream: what stays the same
// over a process's life once, the rest as columns. It refuses more snapshots, rows or processes than a batch may hold.
//
// Invariant: what was encoded must be sent on this stream and in this order, or the stream must end.
import type { ProcessBatchInput } from '../../proto/gen/jidi/v1/ProcessBatch.ts';
import type { ProcessDefinitionInput } from '../../proto/gen/jidi/v1/ProcessDefinition.ts';
import type { ProcessSnapshotInput } from '../../proto/gen/jidi/v1/ProcessSnapshot.ts';
import type { ProcessSample, ProcessSnapshot } from '../model/process.ts';
import { truncate } from '../text.ts';
import { checkList, clampInteger, maxUint32, wireBounds } from './bounds.ts';
import { ProcessDictionary } from './process-dictionary.ts';

export class ProcessEncoder {
  readonly #dictionary = new ProcessDictionary(wireBounds.processDictionary);
  #keyframe = true;

  encode(snapshots: readonly ProcessSnapshot[]): ProcessBatchInput {
    checkList('processes.snapshots', snapshots, wireBounds.ticks);
    for (const { processes } of snapshots) checkList('processes.snapshots.ids', processes, wireBounds.rows);
    const keyframe = this.#keyframe;
    this.#keyframe = false;
    this.#dictionary.beginBatch();
    const definitions: ProcessDefinitionInput[] = [];
    const rows = snapshots.map((snapshot) => this.#encodeSnapshot(snapshot, definitions));
    return { keyframe, definitions, snapshots: rows };
  }

  #encodeSnapshot(snapshot: ProcessSnapshot, definitions: ProcessDefinitionInput[]): ProcessSnapshotInput {
    const { processes } = snapshot;
    const ids = processes.map((process) => {
      const { id, isNew } = this.#dictionary.idOf(process);
      if (isNew) definitions.push(encodeDefinition(id, process));
      return id;
    });
    return {
      timeMs: snapshot.timeMs,
      processCount: clampInteger(snapshot.processCount, maxUint32),
      ids,
      cpuRatioE4: processes.map(({ cpuRatio }) => clampInteger(cpuRatio * 1e4, maxUint32)),
      residentKib: processes.map(({ residentBytes }) => clampInteger(residentBytes / 1024, maxUint32)),
      memoryRatioE4: processes.map(({ memoryRatio }) => clampInteger(memoryRatio * 1e4, maxUint32)),
      threads: processes.map(({ threads }) => clampInteger(threads, maxUint32)),
      states: Uint8Array.from(processes, ({ state }) => stateByte(state)),
      readKibPerSecondPlus1: rateColumn(processes.map((process) => process.readBytesPerSecond)),
      writeKibPerSecondPlus1: rateColumn(processes.map((process) => process.writeBytesPerSecond)),
    };
  }
}

function encodeDefinition(id: number, process: ProcessSample): ProcessDefinitionInput {
  const { pid, startTimeMs, parentPid, uid } = process;
  return {
    id,
    pid,
    startTimeMs: clampInteger(startTimeMs, Number.MAX_SAFE_INTEGER),
    parentPid,
    name: truncate(process.name, wireBounds.processName),
    command: truncate(process.command, wireBounds.processCommand),
    user: truncate(process.user, wireBounds.userName),
    uid,
    job: truncate(process.job ?? '', wireBounds.jobName),
  };
}

/** A state that is no letter travels as `?`. */
function stateByte(state: string): number {
  return /^[A-Za-z]/.test(state) ? state.charCodeAt(0) : 63;
}

/** Empty as a whole when nothing of it is known. */
function rateColumn(rates: readonly (number | null)[]): number[] {
  if (rates.every((rate) => rate === null)) return [];
  return rates.map((rate) => (rate === null ? 0 : clampInteger(rate / 1024, maxUint32 - 1) + 1));
}
