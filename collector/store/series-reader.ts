// In: a node, a metric, labels and a range. Out: the samples of each series that has them, oldest first. Of each
// packed row only the bytes of the wanted places leave SQLite; a long range is read window by window.
import type { SeriesDefinition } from '../../shared/model/metric.ts';
import type { Database } from './database.ts';
import type { Layouts } from './layouts.ts';
import { keySql, timeRange, timeSql } from './row-key.ts';
import type { SeriesData, SeriesSelection } from './store.ts';
import type { YieldTurn } from './turns.ts';

const windowMs = 3_600_000;
/** A node on which jobs come and go has a layout for each of them. */
const manyLayouts = 4;

export interface NodeSelection {
  readonly nodeId: number;
  readonly node: string;
  readonly selection: SeriesSelection;
  readonly yieldTurn: YieldTurn;
}

/** Samples of one series as they are gathered. */
interface Samples {
  readonly timesMs: number[];
  readonly values: number[];
}

export function createSeriesReader(db: Database, layouts: Layouts) {
  const statements = prepare(db);

  return async function readNodeSeries(options: NodeSelection): Promise<readonly SeriesData[]> {
    const { nodeId, node, selection, yieldTurn } = options;
    const wanted = matching(layouts.definitions(nodeId, selection.metric), selection.match);
    if (wanted.size === 0) return [];
    const samples = new Map<number, Samples>(
      [...wanted.keys()].map((id) => [id, { timesMs: [], values: [] }]),
    );
    const extent = statements.extent.get(nodeId, ...selectionRange(selection, nodeId));
    if (extent === undefined || extent.fromMs === null || extent.toMs === null) return [];
    for (let fromMs = extent.fromMs; fromMs <= extent.toMs; fromMs += windowMs) {
      readWindow([nodeId, fromMs, nodeId, Math.min(fromMs + windowMs - 1, extent.toMs)], samples);
      await yieldTurn();
    }
    return [...wanted].flatMap(([id, definition]) => toSeriesData(node, definition, samples.get(id)));
  };

  function readWindow(bounds: readonly number[], samples: ReadonlyMap<number, Samples>): void {
    const places = new Map<number, Places>();
    for (const layoutId of statements.layoutsIn.all(...bounds)) {
      const found = placesOf(layouts.seriesOf(layoutId), samples);
      if (found.size > 0) places.set(layoutId, found);
    }
    if (places.size > manyLayouts) return readAtOnce(bounds, places, samples);
    for (const [layoutId, own] of places) {
      const [first, length] = stretchOf([own]);
      const rows = statements.rows.all(first * 8 + 1, length * 8, ...bounds, layoutId);
      for (const [id, place] of own) gather(rows, (place - first) * 8, samples.get(id));
    }
  }

  /** Each reading by layout goes over the whole window: many would go over it as often. */
  function readAtOnce(
    bounds: readonly number[],
    places: ReadonlyMap<number, Places>,
    samples: ReadonlyMap<number, Samples>,
  ): void {
    const [first, length] = stretchOf([...places.values()]);
    for (const [timeMs, bytes, layoutId] of statements.anyRows.iterate(
      first * 8 + 1,
      length * 8,
      ...bounds,
    )) {
      const rows: readonly Row[] = [[timeMs, bytes]];
      for (const [id, place] of places.get(layoutId) ?? [])
        gather(rows, (place - first) * 8, samples.get(id));
    }
  }
}

/** Where a layout has each of the wanted series. */
type Places = ReadonlyMap<number, number>;

/** The first place and how many there are from it to the last one. */
function stretchOf(all: readonly Places[]): readonly [first: number, length: number] {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const places of all) {
    for (const place of places.values()) {
      first = Math.min(first, place);
      last = Math.max(last, place);
    }
  }
  return [first, last - first + 1];
}

type Row = [timeMs: number, bytes: Buffer];
type AnyRow = [...row: Row, layoutId: number];

function prepare(db: Database) {
  const range = `key BETWEEN ${keySql} AND ${keySql}`;
  return {
    extent: db.prepare<number[], { fromMs: number | null; toMs: number | null }>(
      `SELECT min(${timeSql}) AS fromMs, max(${timeSql}) AS toMs FROM (
         SELECT min(key) AS key FROM tick WHERE ${range} UNION ALL SELECT max(key) FROM tick WHERE ${range})`,
    ),
    layoutsIn: db.prepare<number[], number>(`SELECT DISTINCT layout_id FROM tick WHERE ${range}`).pluck(),
    rows: db
      .prepare<number[], Row>(
        `SELECT ${timeSql}, substr(value, ?, ?) FROM tick WHERE ${range} AND layout_id = ? ORDER BY key`,
      )
      .raw(),
    anyRows: db
      .prepare<number[], AnyRow>(
        `SELECT ${timeSql}, substr(value, ?, ?), layout_id FROM tick WHERE ${range} ORDER BY key`,
      )
      .raw(),
  };
}

/** The parameters of two key ranges, but for the first node number. */
function selectionRange(selection: SeriesSelection, nodeId: number): readonly number[] {
  const [fromMs, toMs] = timeRange(selection.fromMs, selection.toMs);
  return [fromMs, nodeId, toMs, nodeId, fromMs, nodeId, toMs];
}

function matching(
  definitions: ReadonlyMap<number, SeriesDefinition>,
  match: SeriesSelection['match'],
): ReadonlyMap<number, SeriesDefinition> {
  const asked = Object.entries(match);
  return new Map(
    [...definitions].filter(([, { labels }]) => asked.every(([name, value]) => labels[name] === value)),
  );
}

function placesOf(series: Uint32Array, wanted: ReadonlyMap<number, unknown>): Places {
  const places = new Map<number, number>();
  for (const [place, id] of series.entries()) if (wanted.has(id)) places.set(id, place);
  return places;
}

function gather(rows: readonly Row[], offset: number, into: Samples | undefined): void {
  for (const [timeMs, bytes] of rows) {
    // A row may be shorter than its layout: what lies past its end is absent.
    const value = offset + 8 <= bytes.length ? bytes.readDoubleLE(offset) : Number.NaN;
    if (Number.isNaN(value)) continue;
    into?.timesMs.push(timeMs);
    into?.values.push(value);
  }
}

function toSeriesData(
  node: string,
  { metric, kind, labels }: SeriesDefinition,
  samples: Samples | undefined,
): readonly SeriesData[] {
  if (samples === undefined || samples.timesMs.length === 0) return [];
  const { timesMs, values } = inOrder(samples);
  return [
    { node, metric, kind, labels, timesMs: Float64Array.from(timesMs), values: Float64Array.from(values) },
  ];
}

/** Rows of one layout are in order; those of several layouts in one window may lie between each other. */
function inOrder({ timesMs, values }: Samples): Samples {
  if (timesMs.every((timeMs, i) => i === 0 || timeMs > (timesMs[i - 1] ?? 0))) return { timesMs, values };
  const order = timesMs.map((timeMs, i) => [timeMs, values[i] ?? Number.NaN] as const);
  order.sort(([a], [b]) => a - b);
  return { timesMs: order.map(([timeMs]) => timeMs), values: order.map(([, value]) => value) };
}
