// In: the process snapshots of one node in one slot, oldest first. Out: one sealed row with all that is needed to read it, and
// back exactly; only the order of the processes within a snapshot is not kept.
// Identities are told once in each row, not once in each file: what a process costs that lives on into the next hour is a
// hundredth of its samples, and each row can be read, and be damaged, alone.
//
// Content (sealed-bytes.ts says what is around it): length of the identities, these as sealed bytes of their own
// (process-identities.ts) │ snapshots, sealed too (snapshot-codec.ts): texts and figures are packed apart.
// It refuses (ChunkError) what is damaged or of another format.

import { columnsOf } from '../../../shared/column-snapshot.ts';
import type { ProcessSample, ProcessSnapshot } from '../../../shared/model/process.ts';
import type { ProcessDefinition } from '../../../shared/model/process-columns.ts';
import { figureCount, unpackFigures } from '../../../shared/process-figures.ts';
import type { ByteReader } from '../columns/byte-reader.ts';
import { maxVarintBytes } from '../columns/byte-writer.ts';
import { malformed } from '../columns/chunk-error.ts';
import { FloatRoom } from '../columns/float-room.ts';
import { type Compression, contentWriter, seal, unseal } from '../columns/sealed-bytes.ts';
import {
  decodeSnapshotAt,
  decodeSnapshots,
  encodeSnapshots,
  type FiguresSnapshot,
  type SnapshotColumns,
  toColumns,
} from '../columns/snapshot-codec.ts';
import {
  ProcessIdentities,
  type ReadIdentities,
  readIdentities,
  writeIdentities,
} from './process-identities.ts';

export function encodeProcesses(snapshots: readonly ProcessSnapshot[], compression: Compression): Uint8Array {
  const row = new ProcessRow();
  row.addSnapshots(snapshots);
  return row.encode(compression);
}

/** A row that is being made. Of two snapshots of one time the first one stays. */
export class ProcessRow {
  readonly #identities = new ProcessIdentities();
  readonly #byTime = new Map<number, SnapshotColumns>();
  readonly #room = new FloatRoom();

  get snapshots(): number {
    return this.#byTime.size;
  }

  addSnapshots(snapshots: readonly ProcessSnapshot[]): void {
    let rows: readonly ProcessDefinition[] = [];
    let ids: readonly number[] = [];
    for (const snapshot of snapshots) {
      const { timeMs, processCount, zombieCount, uninterruptibleCount } = snapshot;
      if (this.#byTime.has(timeMs)) continue;
      const { definitions, figures: packed, waitChannels } = columnsOf(snapshot);
      const figures = this.#room.take(figureCount * definitions.length);
      unpackFigures(packed, definitions.length, figures);
      ids = this.#numbersOf(definitions, { rows, ids });
      rows = definitions;
      const waitChannelIds =
        waitChannels?.map((name) => (name === null ? null : this.#identities.channelNumber(name))) ?? null;
      const counts = { timeMs, processCount, zombieCount, uninterruptibleCount };
      this.#byTime.set(timeMs, { ...counts, ids, figures, waitChannelIds });
    }
  }

  /** Adds another row, without making samples of it. Returns how many snapshots that one has. */
  addRow(bytes: Uint8Array): number {
    const reader = unseal(bytes);
    const { all, channels } = identitiesOf(reader);
    const numbers = all.map((process) => this.#identities.numberOf(process));
    const channelNumbers = channels.map((name) => this.#identities.channelNumber(name));
    const snapshots = decodeSnapshots(rest(reader));
    for (const snapshot of snapshots) {
      if (this.#byTime.has(snapshot.timeMs)) continue;
      const { ids, waitChannelIds, ...columns } = toColumns(snapshot);
      this.#byTime.set(snapshot.timeMs, {
        ...columns,
        ids: ids.map((id) => {
          const number = numbers[id];
          if (number === undefined) throw malformed(`process ${id} is not known`);
          return number;
        }),
        waitChannelIds:
          waitChannelIds?.map((id) => (id === null ? null : (channelNumbers[id] ?? null))) ?? null,
      });
    }
    return snapshots.length;
  }

  /** Times of the first and the last snapshot; undefined: there is none. */
  bounds(): { readonly firstMs: number; readonly lastMs: number } | undefined {
    if (this.#byTime.size === 0) return undefined;
    let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, 0];
    for (const timeMs of this.#byTime.keys()) {
      firstMs = Math.min(firstMs, timeMs);
      lastMs = Math.max(lastMs, timeMs);
    }
    return { firstMs, lastMs };
  }

  /** When processes of a job were seen. */
  jobs(): ReadonlyMap<string, { readonly firstMs: number; readonly lastMs: number }> {
    const seen = new Map<string, { firstMs: number; lastMs: number }>();
    const { all } = this.#identities;
    for (const { timeMs, ids } of this.#byTime.values()) {
      for (const id of ids) {
        const job = all[id]?.job ?? null;
        if (job === null) continue;
        const known = seen.get(job);
        if (known === undefined) {
          seen.set(job, { firstMs: timeMs, lastMs: timeMs });
          continue;
        }
        known.firstMs = Math.min(known.firstMs, timeMs);
        known.lastMs = Math.max(known.lastMs, timeMs);
      }
    }
    return seen;
  }

  encode(compression: Compression): Uint8Array {
    const ordered = [...this.#byTime.values()].sort((left, right) => left.timeMs - right.timeMs);
    const identities = contentWriter(0);
    writeIdentities(identities, this.#identities);
    const sealed = seal(identities, compression);
    const writer = contentWriter(maxVarintBytes);
    writer.varint(sealed.length);
    writer.append(sealed);
    writer.append(encodeSnapshots(ordered, compression));
    return seal(writer, 'none');
  }

  /** Nothing more is asked of it. */
  close(): void {
    this.#room.clear();
  }

  /** Most rows are of the same process as that row of the snapshot before. */
  #numbersOf(
    definitions: readonly ProcessDefinition[],
    before: { readonly rows: readonly ProcessDefinition[]; readonly ids: readonly number[] },
  ): readonly number[] {
    return definitions.map((definition, row) =>
      definition === before.rows[row] ? (before.ids[row] ?? 0) : this.#identities.numberOf(definition),
    );
  }
}

export function decodeProcesses(bytes: Uint8Array): readonly ProcessSnapshot[] {
  const reader = unseal(bytes);
  const identities = identitiesOf(reader);
  return decodeSnapshots(rest(reader)).map((snapshot) => toSnapshot(snapshot, identities));
}

/** The newest snapshot that is not after the time; null: there is none. */
export function decodeProcessesAt(bytes: Uint8Array, timeMs: number): ProcessSnapshot | null {
  const reader = unseal(bytes);
  const identities = identitiesOf(reader);
  const snapshot = decodeSnapshotAt(rest(reader), timeMs);
  return snapshot === null ? null : toSnapshot(snapshot, identities);
}

function identitiesOf(reader: ByteReader): ReadIdentities {
  return readIdentities(unseal(reader.part(reader.varint()).bytes));
}

function rest(reader: ByteReader): Uint8Array {
  return reader.bytes.subarray(reader.at);
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
