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
import { WaitChannelList } from './wait-channel-list.ts';

export class ProcessEncoder {
  readonly #dictionary = new ProcessDictionary(wireBounds.processDictionary);
  readonly #waitChannels = new WaitChannelList();
  #keyframe = true;

  encode(snapshots: readonly ProcessSnapshot[]): ProcessBatchInput {
    checkList('processes.snapshots', snapshots, wireBounds.ticks);
    for (const { processes } of snapshots) checkList('processes.snapshots.ids', processes, wireBounds.rows);
    const keyframe = this.#keyframe;
    this.#keyframe = false;
    this.#dictionary.beginBatch();
    const definitions: ProcessDefinitionInput[] = [];
    const rows = snapshots.map((snapshot) => this.#encodeSnapshot(snapshot, definitions));
    return { keyframe, definitions, snapshots: rows, waitChannels: this.#waitChannels.takeNew() };
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
      zombieCount: clampInteger(snapshot.zombieCount, maxUint32),
      uninterruptibleCount: clampInteger(snapshot.uninterruptibleCount, maxUint32),
      ids,
      cpuRatioE4: processes.map(({ cpuRatio }) => clampInteger(cpuRatio * 1e4, maxUint32)),
      residentKib: processes.map(({ residentBytes }) => clampInteger(residentBytes / 1024, maxUint32)),
      memoryRatioE4: processes.map(({ memoryRatio }) => clampInteger(memoryRatio * 1e4, maxUint32)),
      threads: processes.map(({ threads }) => clampInteger(threads, maxUint32)),
      states: Uint8Array.from(processes, ({ state }) => stateByte(state)),
      readKibPerSecondPlus1: plus1Column(processes, (process) => process.readBytesPerSecond, 1024),
      writeKibPerSecondPlus1: plus1Column(processes, (process) => process.writeBytesPerSecond, 1024),
      waitChannelsPlus1: waitColumn(processes, this.#waitChannels),
      voluntarySwitchesPerSecondPlus1: plus1Column(
        processes,
        (process) => process.voluntarySwitchesPerSecond,
        1,
      ),
      involuntarySwitchesPerSecondPlus1: plus1Column(
        processes,
        (process) => process.involuntarySwitchesPerSecond,
        1,
      ),
      gpuMemoryKibPlus1: plus1Column(processes, (process) => process.gpuMemoryBytes, 1024),
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
    step: truncate(process.step ?? '', wireBounds.stepName),
    localRankPlus1: process.localRank === null ? 0 : clampInteger(process.localRank, maxUint32 - 1) + 1,
    outsideJob: process.outsideJob,
    allowedCpus: truncate(process.allowedCpus ?? '', wireBounds.cpuList),
  };
}

/** A state that is no letter travels as `?`. */
function stateByte(state: string): number {
  return /^[A-Za-z]/.test(state) ? state.charCodeAt(0) : 63;
}

/** Empty as a whole when nothing of it is known. */
function plus1Column(
  processes: readonly ProcessSample[],
  valueOf: (process: ProcessSample) => number | null,
  unit: number,
): number[] {
  let isKnown = false;
  const column = processes.map((process) => {
    const value = valueOf(process);
    if (value === null) return 0;
    isKnown = true;
    return clampInteger(value / unit, maxUint32 - 1) + 1;
  });
  return isKnown ? column : [];
}

function waitColumn(processes: readonly ProcessSample[], list: WaitChannelList): number[] {
  if (processes.every(({ waitChannel }) => waitChannel === null)) return [];
  return processes.map(({ waitChannel }) => (waitChannel === null ? 0 : list.placeOf(waitChannel) + 1));
}
