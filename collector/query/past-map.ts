// In: a past moment. Out: the load of each node at that time, from the minute in which it lies or the one before.
// Nodes of which nothing was measured then are left out.
//
// Who moves through the past asks for one minute of an hour after another: when an hour that is over is asked for again, it is
// read as a whole, beside the minute that is wanted, and remembered for a while.
import type { MapNode } from '../../shared/api/node.ts';
import type { BucketGrid } from '../store/buckets.ts';
import type { NodeRecord } from '../store/store.ts';
import { LoadTable } from './load-table.ts';
import { momentGrid } from './moment-grid.ts';
import type { RangeStore } from './rolled-series.ts';
import { seconds } from './views/seconds.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** About 20 MB each for 5,000 nodes. */
const maxHours = 2;
/** What comes late is seen after this time. */
const keptMs = 5 * minuteMs;
/** An hour is rolled up some minutes after its end. */
const settledMs = 15 * minuteMs;

/** `table`: null until the hour is asked for again, `reading` while it is read. */
interface KeptHour {
  table: LoadTable | 'reading' | null;
  readonly untilMs: number;
}

export type PastMapReader = (atMs: number, nowMs: number) => Promise<readonly MapNode[]>;

export function createPastMapReader(store: Pick<RangeStore, 'nodes' | 'rollUp'>): PastMapReader {
  /** By the begin of the hour, in the order of their last use. */
  const kept = new Map<number, KeptHour>();

  function keptHour(beginMs: number, nowMs: number): KeptHour | undefined {
    const known = kept.get(beginMs);
    kept.delete(beginMs);
    const isFresh = known !== undefined && nowMs < known.untilMs;
    kept.set(beginMs, isFresh ? known : { table: null, untilMs: nowMs + keptMs });
    const [oldest] = kept.keys();
    if (kept.size > maxHours && oldest !== undefined) kept.delete(oldest);
    return isFresh ? known : undefined;
  }

  /** A failure shows when the hour is read again, with the next question. */
  function readHour(hour: KeptHour, nodes: readonly NodeRecord[], beginMs: number): void {
    hour.table = 'reading';
    LoadTable.read(store, { nodes, ...hourScope(beginMs) }).then(
      (table) => {
        hour.table = table;
      },
      () => {
        hour.table = null;
      },
    );
  }

  return async (atMs, nowMs) => {
    const nodes = await store.nodes();
    const beginMs = Math.floor((Math.ceil(atMs / minuteMs) - 1) / 60) * hourMs;
    const isOver = nowMs - beginMs > hourMs + settledMs;
    const hour = isOver ? keptHour(beginMs, nowMs) : undefined;
    const known = hour?.table instanceof LoadTable ? hour.table : undefined;
    const table = known ?? (await LoadTable.read(store, { nodes, grid: momentGrid(atMs), toMs: atMs }));
    if (hour?.table === null) readHour(hour, nodes, beginMs);
    return nodes.flatMap((node) => toPastNode(node, table, atMs) ?? []);
  };
}

/** With the minute before the hour: its first one may have no samples. */
function hourScope(beginMs: number): { readonly grid: BucketGrid; readonly toMs: number } {
  return { grid: { firstMs: beginMs, stepMs: minuteMs, count: 61 }, toMs: beginMs + hourMs };
}

function toPastNode({ name, role }: NodeRecord, table: LoadTable, atMs: number): MapNode | undefined {
  const { firstMs, stepMs } = table.grid;
  const last = Math.ceil((atMs - firstMs) / stepMs);
  const bucket = [last, last - 1].find((place) => place >= 0 && table.isMeasured(name, place));
  if (bucket === undefined) return undefined;
  const lastSeenMs = Math.min(atMs, firstMs + bucket * stepMs);
  return { name, role, state: 'up', lastSeen: seconds(lastSeenMs), ...table.load(name, bucket) };
}
