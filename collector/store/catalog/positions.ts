// In: which sequence numbers of a sender are there. Out: the same, read back.
//
// A node may begin a new buffer at any time; only the positions of its newest buffers are kept, so that a node that
// begins one after another cannot fill the disk.
import type { DataClass, SequenceRange, StoredPosition } from '../../../shared/model/delivery.ts';
import { SequenceRanges } from '../../../shared/sequence-ranges.ts';
import type { Database } from '../sqlite.ts';

const spoolsPerNode = 32;

export interface PositionKey {
  readonly nodeId: number;
  readonly spoolId: string;
  readonly dataClass: DataClass;
}

interface PositionRow {
  readonly sequence: number;
  /** JSON; null for none, as nearly always. */
  readonly beyond: string | null;
}

export interface Advance {
  readonly ranges: SequenceRanges;
  /** Time of the newest item of what came, ms. */
  readonly lastTimeMs: number;
  readonly nowMs: number;
}

export function createPositionTable(db: Database) {
  const select = db.prepare<[number, string, string], PositionRow>(
    'SELECT sequence, beyond FROM position WHERE node_id = ? AND spool_id = ? AND class = ?',
  );
  const selectAll = db.prepare<[number, string], PositionRow & { dataClass: DataClass }>(
    'SELECT class AS dataClass, sequence, beyond FROM position WHERE node_id = ? AND spool_id = ?',
  );
  const selectNewest = db.prepare<[number], { dataClass: DataClass; timeMs: number }>(
    'SELECT class AS dataClass, max(last_time_ms) AS timeMs FROM position WHERE node_id = ? GROUP BY class',
  );
  const insert = db.prepare(`
    INSERT INTO position (node_id, spool_id, class, sequence, beyond, last_time_ms, updated_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const update = db.prepare(`
    UPDATE position SET sequence = ?, beyond = ?, last_time_ms = max(last_time_ms, ?), updated_ms = ?
    WHERE node_id = ? AND spool_id = ? AND class = ?`);
  const prune = db.prepare(`
    DELETE FROM position WHERE node_id = :nodeId AND spool_id NOT IN (
      SELECT spool_id FROM position WHERE node_id = :nodeId
      GROUP BY spool_id ORDER BY max(updated_ms) DESC, spool_id = :spoolId DESC LIMIT ${spoolsPerNode})`);

  return {
    ranges({ nodeId, spoolId, dataClass }: PositionKey): SequenceRanges {
      const row = select.get(nodeId, spoolId, dataClass);
      return row === undefined
        ? new SequenceRanges()
        : new SequenceRanges(row.sequence, parseBeyond(row.beyond));
    },
    all: (nodeId: number, spoolId: string): readonly StoredPosition[] =>
      selectAll
        .all(nodeId, spoolId)
        .map(({ dataClass, sequence, beyond }) => ({ dataClass, sequence, beyond: parseBeyond(beyond) })),
    put(key: PositionKey, { ranges, lastTimeMs, nowMs }: Advance): void {
      const { nodeId, spoolId, dataClass } = key;
      const timeMs = Math.trunc(lastTimeMs);
      const beyond = ranges.beyond.length === 0 ? null : JSON.stringify(ranges.beyond);
      const { changes } = update.run(ranges.sequence, beyond, timeMs, nowMs, nodeId, spoolId, dataClass);
      if (changes > 0) return;
      insert.run(nodeId, spoolId, dataClass, ranges.sequence, beyond, timeMs, nowMs);
      prune.run({ nodeId, spoolId });
    },
    /** Time of the newest item of each class, whatever buffer it came from. */
    newestTimes: (nodeId: number): ReadonlyMap<DataClass, number> =>
      new Map(selectNewest.all(nodeId).map(({ dataClass, timeMs }) => [dataClass, timeMs])),
  };
}

function parseBeyond(text: string | null): readonly SequenceRange[] {
  return text === null ? [] : (JSON.parse(text) as readonly SequenceRange[]);
}
