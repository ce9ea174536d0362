// In: what was declared lost. Out: the gaps of a node, newest first.
import type { DataClass, Gap } from '../../../shared/model/delivery.ts';
import type { Database } from '../sqlite.ts';

export type GapTable = ReturnType<typeof createGapTable>;

interface GapRow {
  readonly dataClass: DataClass;
  readonly fromTimeMs: number;
  readonly toTimeMs: number;
  readonly count: number;
  readonly reason: string;
  readonly fromSequence: number | null;
  readonly toSequence: number | null;
}

export function createGapTable(db: Database) {
  const insert = db.prepare(`
    INSERT INTO gap (node_id, class, from_ms, to_ms, count, reason, from_sequence, to_sequence)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const select = db.prepare<[number, number, number], GapRow>(`
    SELECT class AS dataClass, from_ms AS fromTimeMs, to_ms AS toTimeMs, count, reason,
      from_sequence AS fromSequence, to_sequence AS toSequence
    FROM gap WHERE node_id = ? AND to_ms >= ? ORDER BY to_ms DESC, id DESC LIMIT ?`);
  return {
    add(nodeId: number, { dataClass, fromTimeMs, toTimeMs, count, reason, sequences }: Gap): void {
      const { from, to } = sequences ?? { from: null, to: null };
      insert.run(nodeId, dataClass, Math.trunc(fromTimeMs), Math.trunc(toTimeMs), count, reason, from, to);
    },
    list: (nodeId: number, fromMs: number, limit: number): readonly Gap[] =>
      select.all(nodeId, Math.ceil(fromMs), limit).map(toGap),
  };
}

function toGap({ fromSequence: from, toSequence: to, ...gap }: GapRow): Gap {
  return { ...gap, sequences: from === null || to === null ? null : { from, to } };
}
