// In: the series of a tick. Out: the number of the layout that says which series each place of a packed row belongs
// to, and the way back. A layout is written once and then meant by its number.
// It refuses (LimitError) more series of a node than anything but a fault or an attack brings forth within the retention.
//
// Invariants: what is remembered here is only a copy of rows; `forget` may be called at any time, and must be after a
// rollback and after layouts were deleted.
import type { Labels, MetricKind, SeriesDefinition } from '../../shared/model/metric.ts';
import type { Database } from './database.ts';
import { LimitError } from './store.ts';

/** A layout that is in use has been marked so at most this long ago; retention keeps away from younger ones. */
export const layoutMarkMs = 3_600_000;

/** Kept of one node over the whole retention; at a time it has far fewer. */
const maxSeriesPerNode = 50_000;

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
  /** The array last seen, and how long it was: most often it comes again. */
  source: readonly SeriesDefinition[];
  markedMs: number;
}

export class Layouts {
  readonly #remembered = new Map<number, Remembered>();
  readonly #statements;

  constructor(db: Database) {
    this.#statements = prepare(db);
  }

  forget(): void {
    this.#remembered.clear();
  }

  /** The layout of these series of a node; written when it is new. */
  idFor(nodeId: number, series: readonly SeriesDefinition[], nowMs: number): number {
    const known = this.#remembered.get(nodeId);
    if (known !== undefined && isSame(known, series)) {
      known.source = series;
      this.#mark(known, nowMs);
      return known.layoutId;
    }
    const layoutId = this.#find(nodeId, packIds(this.#seriesIds(nodeId, series)), nowMs);
    this.#remembered.set(nodeId, { layoutId, series: [...series], source: series, markedMs: nowMs });
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
    const { findLayout, insertLayout, markLayout } = this.#statements;
    const found = findLayout.get(nodeId, packed);
    if (found === undefined) return Number(insertLayout.run(nodeId, packed, nowMs).lastInsertRowid);
    markLayout.run(nowMs, found);
    return found;
  }

  #seriesIds(nodeId: number, series: readonly SeriesDefinition[]): readonly number[] {
    const known = new Map<string, number>();
    for (const row of this.#statements.selectSeries.all(nodeId)) known.set(keyOf(row), row.id);
    return series.map((definition) => {
      const { metric, kind, decimals } = definition;
      const labels = labelsText(definition.labels);
      const key = keyOf({ metric, labels, kind });
      const found = known.get(key);
      if (found !== undefined) return found;
      if (known.size >= maxSeriesPerNode) throw tooManySeries();
      const id = Number(
        this.#statements.insertSeries.run(nodeId, metric, labels, kind, decimals).lastInsertRowid,
      );
      known.set(key, id);
      return id;
    });
  }
}

function tooManySeries(): LimitError {
  const message = `more than ${maxSeriesPerNode} series of this node are kept; old ones go with the retention`;
  return new LimitError('series-limit', message);
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
    findLayout: db
      .prepare<[number, Buffer], number>('SELECT id FROM layout WHERE node_id = ? AND series = ?')
      .pluck(),
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

function keyOf({ metric, labels, kind }: Pick<SeriesRow, 'metric' | 'labels' | 'kind'>): string {
  return `${metric} ${kind} ${labels}`;
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
