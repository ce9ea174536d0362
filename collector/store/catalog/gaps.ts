// In: what was declared lost. Out: the gaps of a node, or those of all nodes in a range, newest first.
import type { DataClass, Gap } from '../../../shared/model/delivery.ts';
import type { Database } from '../sqlite.ts';
import type { NodeGap } from '../store.ts';

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
  const selectAll = db.prepare<[number, number, number], GapRow & { readonly node: string }>(`
    SELECT name AS node, class AS dataClass, from_ms AS fromTimeMs, to_ms AS toTimeMs, count, reason,
      from_sequence AS fromSequence, to_sequence AS toSequence
    FROM gap JOIN node ON node.id = node_id
    WHERE to_ms >= ? AND from_ms <= ? ORDER BY to_ms DESC, gap.id DESC LIMIT ?`);
  return {
    add(nodeId: number, { dataClass, fromTimeMs, toTimeMs, count, reason, sequences }: Gap): void {
      const { from, to } = sequences ?? { from: null, to: null };
      insert.run(nodeId, dataClass, Math.trunc(fromTimeMs), Math.trunc(toTimeMs), count, reason, from, to);
    },
    list: (nodeId: number, fromMs: number, limit: number): readonly Gap[] =>
      select.all(nodeId, Math.ceil(fromMs), limit).map(toGap),
    listAll: (fromMs: number, toMs: number, limit: number): readonly NodeGap[] =>
      selectAll
        .all(Math.ceil(fromMs), Math.floor(toMs), limit)
        .map(({ node, ...row }) => ({ node, gap: toGap(row) })),
  };
}

function toGap({ fromSequence: from, toSequence: to, ...gap }: GapRow): Gap {
  return { ...gap, sequences: from === null || to === null ? null : { from, to } };
}
