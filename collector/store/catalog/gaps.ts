// In: what was declared lost. Out: the gaps of a node, or those of all nodes in a range, newest first.
//
// A loss of unknown count that begins where another one of the same reason ends makes that one longer. Of each class of a node so
// many gaps are kept apart: of more, the oldest are told as one, from the first to the last of them.
import type { DataClass, Gap } from '../../../shared/model/delivery.ts';
import type { Database } from '../sqlite.ts';
import type { NodeGap } from '../store.ts';

const maxApart = 1_000;

interface GapRow {
  readonly dataClass: DataClass;
  readonly fromTimeMs: number;
  readonly toTimeMs: number;
  readonly count: number;
  readonly reason: string;
  readonly fromSequence: number | null;
  readonly toSequence: number | null;
}

const columns = `class AS dataClass, from_ms AS fromTimeMs, to_ms AS toTimeMs, count, reason,
  from_sequence AS fromSequence, to_sequence AS toSequence`;

export function createGapTable(db: Database) {
  const insert = db.prepare(`
    INSERT INTO gap (node_id, class, from_ms, to_ms, count, reason, from_sequence, to_sequence)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const lengthen = db.prepare(`
    UPDATE gap SET from_ms = min(from_ms, :fromMs), to_ms = max(to_ms, :toMs) WHERE id = (
      SELECT id FROM gap WHERE node_id = :nodeId AND to_ms >= :fromMs AND from_ms <= :toMs
        AND class = :dataClass AND reason = :reason AND count = 0 AND from_sequence IS NULL LIMIT 1)`);
  const selectOldest = db.prepare<[number, string], GapRow & { readonly id: number }>(`
    SELECT id, ${columns} FROM gap WHERE node_id = ? AND class = ?
    ORDER BY to_ms DESC, id DESC LIMIT -1 OFFSET ${maxApart}`);
  const remove = db.prepare<[number]>('DELETE FROM gap WHERE id = ?');
  const select = db.prepare<[number, number, number], GapRow>(`
    SELECT ${columns} FROM gap WHERE node_id = ? AND to_ms >= ? ORDER BY to_ms DESC, id DESC LIMIT ?`);
  const selectAll = db.prepare<[number, number, number], GapRow & { readonly node: string }>(`
    SELECT name AS node, ${columns} FROM gap JOIN node ON node.id = node_id
    WHERE to_ms >= ? AND from_ms <= ? ORDER BY to_ms DESC, gap.id DESC LIMIT ?`);
  const put = (nodeId: number, { dataClass, fromTimeMs, toTimeMs, count, reason, sequences }: Gap): void => {
    const [fromMs, toMs] = [Math.trunc(fromTimeMs), Math.trunc(toTimeMs)];
    const isPlain = count === 0 && sequences === null;
    if (isPlain && lengthen.run({ nodeId, dataClass, reason, fromMs, toMs }).changes > 0) return;
    const { from, to } = sequences ?? { from: null, to: null };
    insert.run(nodeId, dataClass, fromMs, toMs, count, reason, from, to);
  };
  /** Returns how many are not told by themselves any more. */
  const bound = (nodeId: number, dataClass: DataClass): number => {
    const oldest = selectOldest.all(nodeId, dataClass);
    if (oldest.length < 2) return 0;
    for (const { id } of oldest) remove.run(id);
    put(nodeId, asOne(oldest.map(toGap)));
    return oldest.length - 1;
  };
  return {
    /** Returns how many gaps of the node are not told by themselves any more. */
    add(nodeId: number, gaps: readonly Gap[]): number {
      let joined = 0;
      for (const [dataClass, ofClass] of Map.groupBy(gaps, (gap) => gap.dataClass)) {
        const young = youngest(ofClass);
        joined += ofClass.length - young.length;
        for (const gap of young) put(nodeId, gap);
        joined += bound(nodeId, dataClass);
      }
      return joined;
    },
    list: (nodeId: number, fromMs: number, limit: number): readonly Gap[] =>
      select.all(nodeId, Math.ceil(fromMs), limit).map(toGap),
    listAll: (fromMs: number, toMs: number, limit: number): readonly NodeGap[] =>
      selectAll
        .all(Math.ceil(fromMs), Math.floor(toMs), limit)
        .map(({ node, ...row }) => ({ node, gap: toGap(row) })),
  };
}

/** As many as are kept apart, and the others as one. */
function youngest(gaps: readonly Gap[]): readonly Gap[] {
  if (gaps.length <= maxApart) return gaps;
  const ordered = gaps.toSorted((a, b) => a.toTimeMs - b.toTimeMs);
  return [asOne(ordered.slice(0, -maxApart)), ...ordered.slice(-maxApart)];
}

/** Of one class. */
function asOne(gaps: readonly Gap[]): Gap {
  return gaps.reduce((one, other) => ({
    dataClass: one.dataClass,
    fromTimeMs: Math.min(one.fromTimeMs, other.fromTimeMs),
    toTimeMs: Math.max(one.toTimeMs, other.toTimeMs),
    count: one.count === 0 || other.count === 0 ? 0 : one.count + other.count,
    reason: one.reason === other.reason ? one.reason : 'several',
    sequences: hullOf(one.sequences, other.sequences),
  }));
}

function hullOf(one: Gap['sequences'], other: Gap['sequences']): Gap['sequences'] {
  if (one === null || other === null) return null;
  return { from: Math.min(one.from, other.from), to: Math.max(one.to, other.to) };
}

function toGap({ dataClass, fromTimeMs, toTimeMs, count, reason, ...row }: GapRow): Gap {
  const { fromSequence: from, toSequence: to } = row;
  const sequences = from === null || to === null ? null : { from, to };
  return { dataClass, fromTimeMs, toTimeMs, count, reason, sequences };
}
