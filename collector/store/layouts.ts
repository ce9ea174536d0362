// In: the series of a tick. Out: the number of the layout that says which series each place of a packed row belongs
// to, and the way back. A layout is written once and then meant by its number.
// It leaves out, and counts, series of a node beyond what is kept: users bring them forth, with jobs that come and go.
// A new layout mostly says little that is new, so it costs what is new in it and not what the node has.
//
// Invariants: what is remembered here is only a copy of rows; `forget` may be called at any time, and must be after a
// rollback and after layouts were deleted.
import type { Labels, MetricKind, SeriesDefinition } from '../../shared/model/metric.ts';
import type { Database } from './database.ts';

/** A layout that is in use has been marked so at most this long ago; retention keeps away from younger ones. */
export const layoutMarkMs = 3_600_000;

/** Kept of one node over the whole retention; at a time it has far fewer. */
const maxSeriesPerNode = 100_000;
/** Stands in a layout for a series that is not kept; rows have numbers from 1. */
const notKept = 0;
/** A layout that comes again was there lately: a search among all of them would read all of them. */
const newestLayouts = 16;

interface SeriesRow {
  id: number;
  metric: string;
  labels: string;
  kind: MetricKind;
  decimals: number;
}

interface Remembered {
  readonly layoutId: number;
  readonly series: readonly SeriesDefinition[];
  /** Their numbers. */
  readonly ids: readonly number[];
  /** The array last seen, and how long it was: most often it comes again. */
  source: readonly SeriesDefinition[];
  markedMs: number;
}

export class Layouts {
  /** How many series were left out. */
  refusedSeries = 0;
  readonly #remembered = new Map<number, Remembered>();
  /** How many series of a node there are, where that was asked. */
  readonly #counts = new Map<number, number>();
  readonly #statements;

  constructor(db: Database) {
    this.#statements = prepare(db);
  }

  forget(): void {
    this.#remembered.clear();
    this.#counts.clear();
  }

  /** The layout of these series of a node; written when it is new. */
  idFor(nodeId: number, series: readonly SeriesDefinition[], nowMs: number): number {
    const known = this.#remembered.get(nodeId);
    if (known !== undefined && isSame(known, series)) {
      known.source = series;
      this.#mark(known, nowMs);
      return known.layoutId;
    }
    const ids = series.map((definition, place) =>
      known !== undefined && known.series[place] === definition
        ? (known.ids[place] ?? notKept)
        : this.#seriesId(nodeId, definition),
    );
    const layoutId = this.#find(nodeId, packIds(ids), nowMs);
    this.#remembered.set(nodeId, { layoutId, series: [...series], ids, source: series, markedMs: nowMs });
    return layoutId;
  }

  /** Series numbers of a layout, in the order of its places. */
  seriesOf(layoutId: number): Uint32Array {
    return unpackIds(this.#statements.selectLayout.get(layoutId) ?? Buffer.alloc(0));
  }

  /** All series of a node by number, or only those of one metric. */
  definitions(nodeId: number, metric?: string): ReadonlyMap<number, SeriesDefinition> {
    const { selectSeries, selectMetric } = this.#statements;
    const rows = metric === undefined ? selectSeries.all(nodeId) : selectMetric.all(nodeId, metric);
    return new Map(rows.map((row) => [row.id, toDefinition(row)]));
  }

  #mark(known: Remembered, nowMs: number): void {
    if (nowMs - known.markedMs < layoutMarkMs) return;
    this.#statements.markLayout.run(nowMs, known.layoutId);
    known.markedMs = nowMs;
  }

  #find(nodeId: number, packed: Buffer, nowMs: number): number {
    const { newest, insertLayout, markLayout } = this.#statements;
    const found = newest.all(nodeId).find(({ series }) => series.equals(packed));
    if (found === undefined) return Number(insertLayout.run(nodeId, packed, nowMs).lastInsertRowid);
    markLayout.run(nowMs, found.id);
    return found.id;
  }

  #seriesId(nodeId: number, { metric, kind, decimals, labels }: SeriesDefinition): number {
    const { findSeries, countSeries, insertSeries } = this.#statements;
    const text = labelsText(labels);
    const found = findSeries.get(nodeId, metric, text, kind);
    if (found !== undefined) return found;
    const count = this.#counts.get(nodeId) ?? countSeries.get(nodeId) ?? 0;
    this.#counts.set(nodeId, count);
    if (count >= maxSeriesPerNode) {
      this.refusedSeries += 1;
      return notKept;
    }
    this.#counts.set(nodeId, count + 1);
    return Number(insertSeries.run(nodeId, metric, text, kind, decimals).lastInsertRowid);
  }
}

function prepare(db: Database) {
  const columns = 'SELECT id, metric, labels, kind, decimals FROM series';
  return {
    selectSeries: db.prepare<[number], SeriesRow>(`${columns} WHERE node_id = ? ORDER BY id`),
    selectMetric: db.prepare<[number, string], SeriesRow>(
      `${columns} WHERE node_id = ? AND metric = ? ORDER BY id`,
    ),
    insertSeries: db.prepare(
      'INSERT INTO series (node_id, metric, labels, kind, decimals) VALUES (?, ?, ?, ?, ?)',
    ),
    selectLayout: db.prepare<[number], Buffer>('SELECT series FROM layout WHERE id = ?').pluck(),
    findSeries: db
      .prepare<[number, string, string, string], number>(
        'SELECT id FROM series WHERE node_id = ? AND metric = ? AND labels = ? AND kind = ?',
      )
      .pluck(),
    countSeries: db.prepare<[number], number>('SELECT count(*) FROM series WHERE node_id = ?').pluck(),
    newest: db.prepare<[number], { id: number; series: Buffer }>(
      `SELECT id, series FROM layout WHERE node_id = ? ORDER BY id DESC LIMIT ${newestLayouts}`,
    ),
    insertLayout: db.prepare('INSERT INTO layout (node_id, series, last_ms) VALUES (?, ?, ?)'),
    markLayout: db.prepare('UPDATE layout SET last_ms = ? WHERE id = ?'),
  };
}

/** The array of a living sender only grows: the same array of the same length has the same content. */
function isSame(known: Remembered, series: readonly SeriesDefinition[]): boolean {
  if (known.series.length !== series.length) return false;
  if (known.source === series) return true;
  return known.series.every((definition, place) => definition === series[place]);
}

function labelsText(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function toDefinition({ metric, kind, decimals, labels }: SeriesRow): SeriesDefinition {
  return { metric, kind, decimals, labels: Object.fromEntries(JSON.parse(labels) as [string, string][]) };
}

function packIds(ids: readonly number[]): Buffer {
  const packed = Buffer.alloc(ids.length * 4);
  for (const [place, id] of ids.entries()) packed.writeUInt32LE(id, place * 4);
  return packed;
}

function unpackIds(packed: Buffer): Uint32Array {
  const ids = new Uint32Array(packed.length >> 2);
  for (let place = 0; place < ids.length; place += 1) ids[place] = packed.readUInt32LE(place * 4);
  return ids;
}
