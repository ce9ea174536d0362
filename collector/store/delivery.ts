// In: who sent which sequence number, and what was declared lost. Out: how far each sender's classes are stored, and
// the gaps of a node.
//
// A node may begin a new buffer at any time; only the positions of its newest buffers are kept, so that a node that
// begins one after another cannot fill the disk.
import type { DataClass, Gap, StoredPosition } from '../../shared/model/delivery.ts';
import { SequenceRanges } from '../../shared/sequence-ranges.ts';
import type { Database } from './database.ts';

export type DeliveryTable = ReturnType<typeof createDeliveryTable>;

const spoolsPerNode = 32;

/** Where a class of a sender stands. */
export interface StoredPlace {
  readonly sequence: number;
  /** Time of the newest item in its last batch, ms. */
  readonly lastTimeMs: number;
}

export interface PositionKey {
  readonly nodeId: number;
  readonly spoolId: string;
  readonly dataClass: DataClass;
}

interface GapRow {
  dataClass: DataClass;
  fromTimeMs: number;
  toTimeMs: number;
  count: number;
  reason: string;
}

export function createDeliveryTable(db: Database) {
  const select = db.prepare<[number, string, string], StoredPlace>(`
    SELECT sequence, last_time_ms AS lastTimeMs FROM position WHERE node_id = ? AND spool_id = ? AND class = ?`);
  const selectAll = db.prepare<[number, string], { dataClass: DataClass; sequence: number }>(`
    SELECT class AS dataClass, sequence FROM position WHERE node_id = ? AND spool_id = ?`);
  const selectNewest = db.prepare<[number], { dataClass: DataClass; timeMs: number }>(
    'SELECT class AS dataClass, max(last_time_ms) AS timeMs FROM position WHERE node_id = ? GROUP BY class',
  );
  const upsert = db.prepare(`
    INSERT INTO position (node_id, spool_id, class, sequence, last_time_ms, updated_ms) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET sequence = excluded.sequence, last_time_ms = excluded.last_time_ms,
      updated_ms = excluded.updated_ms`);
  const prune = db.prepare(`
    DELETE FROM position WHERE node_id = :nodeId AND spool_id NOT IN (
      SELECT spool_id FROM position WHERE node_id = :nodeId
      GROUP BY spool_id ORDER BY max(updated_ms) DESC, spool_id = :spoolId DESC LIMIT ${spoolsPerNode})`);
  const insertGap = db.prepare(
    'INSERT INTO gap (node_id, class, from_ms, to_ms, count, reason) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const selectGaps = db.prepare<[number, number, number], GapRow>(`
    SELECT class AS dataClass, from_ms AS fromTimeMs, to_ms AS toTimeMs, count, reason
    FROM gap WHERE node_id = ? AND to_ms >= ? ORDER BY to_ms DESC, id DESC LIMIT ?`);

  // What lies beyond a hole is only known here: after a start it comes once more.
  const known = new Map<string, SequenceRanges>();
  const ranges = ({ nodeId, spoolId, dataClass }: PositionKey): SequenceRanges => {
    const name = `${nodeId} ${spoolId} ${dataClass}`;
    const found = known.get(name) ?? new SequenceRanges(select.get(nodeId, spoolId, dataClass)?.sequence);
    known.set(name, found);
    return found;
  };

  return {
    ranges,
    positions: (nodeId: number, spoolId: string): readonly StoredPosition[] =>
      selectAll.all(nodeId, spoolId).map(({ dataClass, sequence }) => {
        const { beyond } = ranges({ nodeId, spoolId, dataClass });
        return { dataClass, sequence, beyond };
      }),
    /** The contiguous part of the ranges, which were changed. */
    advance(key: PositionKey, lastTimeMs: number, nowMs: number): void {
      const { nodeId, spoolId, dataClass } = key;
      const isNew = select.get(nodeId, spoolId, dataClass) === undefined;
      upsert.run(nodeId, spoolId, dataClass, ranges(key).sequence, Math.trunc(lastTimeMs), nowMs);
      if (isNew) prune.run({ nodeId, spoolId });
    },
    forget: () => known.clear(),
    newestTimes: (nodeId: number | undefined): ReadonlyMap<DataClass, number> =>
      new Map(selectNewest.all(nodeId ?? -1).map(({ dataClass, timeMs }) => [dataClass, timeMs])),
    addGap(nodeId: number, gap: Gap): void {
      const { dataClass, fromTimeMs, toTimeMs, count, reason } = gap;
      insertGap.run(nodeId, dataClass, Math.trunc(fromTimeMs), Math.trunc(toTimeMs), count, reason);
    },
    gaps: (nodeId: number, fromMs: number, limit: number): readonly Gap[] =>
      selectGaps.all(nodeId, Math.ceil(fromMs), limit).map((gap) => ({ ...gap, sequences: null })),
  };
}
