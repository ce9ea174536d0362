// In: the process snapshots of one node in one slot, oldest first. Out: one sealed row with all that is needed to read it, and
// back exactly; only the order of the processes within a snapshot is not kept.
// Identities are told once in each row, not once in each file: what a process costs that lives on into the next hour is a
// hundredth of its samples, and each row can be read, and be damaged, alone.
//
// Content (sealed-bytes.ts says what is around it): identities, as process-identities.ts says │ snapshots, as
// snapshot-codec.ts says. It refuses (ChunkError) what is damaged or of another format.
import type { ProcessSample, ProcessSnapshot } from '../../../shared/model/process.ts';
import type { ByteReader } from '../columns/byte-reader.ts';
import { malformed } from '../columns/chunk-error.ts';
import { type Compression, contentWriter, seal, unseal } from '../columns/sealed-bytes.ts';
import {
  decodeSnapshotAt,
  decodeSnapshots,
  encodeSnapshots,
  type FiguresSnapshot,
  type ProcessFigures,
} from '../columns/snapshot-codec.ts';
import {
  ProcessIdentities,
  type ReadIdentities,
  readIdentities,
  writeIdentities,
} from './process-identities.ts';

export function encodeProcesses(snapshots: readonly ProcessSnapshot[], compression: Compression): Uint8Array {
  const identities = new ProcessIdentities();
  const rows = snapshots.map(
    ({ processes, ...counts }): FiguresSnapshot => ({
      ...counts,
      processes: processes.map((process) => toFigures(process, identities)),
    }),
  );
  const chunk = encodeSnapshots(rows, 'none');
  const writer = contentWriter(chunk.length);
  writeIdentities(writer, identities);
  writer.reserve(chunk.length);
  writer.bytes.set(chunk, writer.at);
  writer.at += chunk.length;
  return seal(writer, compression);
}

export function decodeProcesses(bytes: Uint8Array): readonly ProcessSnapshot[] {
  const reader = unseal(bytes);
  const identities = readIdentities(reader);
  return decodeSnapshots(rest(reader)).map((snapshot) => toSnapshot(snapshot, identities));
}

/** The newest snapshot that is not after the time; null: there is none. */
export function decodeProcessesAt(bytes: Uint8Array, timeMs: number): ProcessSnapshot | null {
  const reader = unseal(bytes);
  const identities = readIdentities(reader);
  const snapshot = decodeSnapshotAt(rest(reader), timeMs);
  return snapshot === null ? null : toSnapshot(snapshot, identities);
}

/** Of two snapshots of one time the first one stays; oldest first. */
export function mergeSnapshots(
  first: readonly ProcessSnapshot[],
  later: readonly ProcessSnapshot[],
): { readonly snapshots: readonly ProcessSnapshot[]; readonly doubles: number } {
  const byTime = new Map<number, ProcessSnapshot>();
  for (const snapshot of first) if (!byTime.has(snapshot.timeMs)) byTime.set(snapshot.timeMs, snapshot);
  for (const snapshot of later) if (!byTime.has(snapshot.timeMs)) byTime.set(snapshot.timeMs, snapshot);
  const snapshots = [...byTime.values()].sort((left, right) => left.timeMs - right.timeMs);
  return { snapshots, doubles: first.length + later.length - snapshots.length };
}

function rest(reader: ByteReader): Uint8Array {
  return reader.bytes.subarray(reader.at);
}

function toFigures(process: ProcessSample, identities: ProcessIdentities): ProcessFigures {
  const { threads, state, cpuRatio, memoryRatio, residentBytes, waitChannel } = process;
  const { readBytesPerSecond, writeBytesPerSecond, gpuMemoryBytes } = process;
  const { voluntarySwitchesPerSecond, involuntarySwitchesPerSecond } = process;
  return {
    id: identities.numberOf(process),
    waitChannelId: waitChannel === null ? null : identities.channelNumber(waitChannel),
    threads,
    state,
    cpuRatio,
    memoryRatio,
    residentBytes,
    readBytesPerSecond,
    writeBytesPerSecond,
    voluntarySwitchesPerSecond,
    involuntarySwitchesPerSecond,
    gpuMemoryBytes,
  };
}

function toSnapshot(
  { processes, ...counts }: FiguresSnapshot,
  { all, channels }: ReadIdentities,
): ProcessSnapshot {
  return {
    ...counts,
    processes: processes.map(({ id, waitChannelId, ...figures }): ProcessSample => {
      const identity = all[id];
      if (identity === undefined) throw malformed(`process ${id} is not known`);
      const waitChannel = waitChannelId === null ? null : (channels[waitChannelId] ?? null);
      return { ...identity, ...figures, waitChannel };
    }),
  };
}
