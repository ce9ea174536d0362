// In: metric ticks. Out: packed rows, one per node and tick: the values as little-endian float64 in the order of a
// layout, NaN for absent. And back: the samples of chosen series in a range.
import type { MetricTick, SeriesDefinition } from '../../shared/model/metric.ts';
import type { NodeTable } from './catalog/nodes.ts';
import type { Database } from './database.ts';
import type { Layouts } from './layouts.ts';
import { checkedTime, keySql, timeRange, timeSql } from './row-key.ts';
import { createSeriesReader } from './series-reader.ts';
import type { SeriesData, SeriesSelection } from './store.ts';
import { createTurns } from './turns.ts';

export type MetricTable = ReturnType<typeof createMetricTable>;

/** A selection over many nodes lets others have a turn after this time, ms. */
const turnMs = 10;

export function createMetricTable(db: Database, nodes: NodeTable, layouts: Layouts) {
  const insert = db.prepare(`INSERT OR IGNORE INTO tick (key, layout_id, value) VALUES (${keySql}, ?, ?)`);
  const selectTimes = db
    .prepare<number[], number>(
      `SELECT ${timeSql} FROM tick WHERE key BETWEEN ${keySql} AND ${keySql} ORDER BY key`,
    )
    .pluck();
  const selectNewest = db.prepare<number[], { timeMs: number; layoutId: number; value: Buffer }>(`
    SELECT ${timeSql} AS timeMs, layout_id AS layoutId, value FROM tick
    WHERE key BETWEEN ${keySql} AND ${keySql} ORDER BY key DESC LIMIT ?`);

  const readNodeSeries = createSeriesReader(db, layouts);

  return {
    /** False when the node has a tick of that time: the first one stays. */
    append(nodeId: number, tick: MetricTick, nowMs: number): boolean {
      const layoutId = layouts.idFor(nodeId, tick.series, nowMs);
      return insert.run(nodeId, checkedTime(tick.timeMs), layoutId, packValues(tick.values)).changes === 1;
    },

    series(node: string, metric?: string): readonly SeriesDefinition[] {
      const nodeId = nodes.find(node);
      return nodeId === undefined ? [] : [...layouts.definitions(nodeId, metric).values()];
    },

    async select(selection: SeriesSelection): Promise<readonly SeriesData[]> {
      const found: SeriesData[] = [];
      const yieldTurn = createTurns(turnMs);
      for (const node of selection.nodes) {
        const nodeId = nodes.find(node);
        if (nodeId !== undefined) {
          found.push(...(await readNodeSeries({ nodeId, node, selection, yieldTurn })));
        }
        await yieldTurn();
      }
      return found;
    },

    tickTimes(node: string, fromMs: number, toMs: number): Float64Array {
      const nodeId = nodes.find(node);
      if (nodeId === undefined) return new Float64Array();
      const [from, to] = timeRange(fromMs, toMs);
      return Float64Array.from(selectTimes.all(nodeId, from, nodeId, to));
    },

    /** The newest ticks of a node, oldest first, with their series. */
    newest(nodeId: number, limit: number): readonly MetricTick[] {
      const [from, to] = timeRange(0, Number.MAX_SAFE_INTEGER);
      const definitions = layouts.definitions(nodeId);
      return selectNewest
        .all(nodeId, from, nodeId, to, limit)
        .toReversed()
        .map(({ timeMs, layoutId, value }) => tickOf(timeMs, unpackValues(value), seriesOf(layoutId)));

      function seriesOf(layoutId: number): readonly (SeriesDefinition | undefined)[] {
        return Array.from(layouts.seriesOf(layoutId), (id) => definitions.get(id));
      }
    },
  };
}

/** A tick without the places whose series is not known (those that were not kept). */
function tickOf(
  timeMs: number,
  values: Float64Array,
  series: readonly (SeriesDefinition | undefined)[],
): MetricTick {
  const known = series.filter((definition) => definition !== undefined);
  if (known.length === series.length) return { timeMs, series: known, values };
  return { timeMs, series: known, values: values.filter((_, place) => series[place] !== undefined) };
}

function packValues(values: Float64Array): Buffer {
  // Every machine this runs on is little-endian; the bytes are the values.
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

function unpackValues(packed: Buffer): Float64Array {
  const values = new Float64Array(packed.length >> 3);
  for (let place = 0; place < values.length; place += 1) values[place] = packed.readDoubleLE(place * 8);
  return values;
}
