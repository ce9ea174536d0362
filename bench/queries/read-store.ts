// What the query layer needs of a store, over partition files alone: everything is flushed, nothing is in a head. Anything else
// it might ask for is an error.
import type { HeadSamples } from '../../collector/store/front/reader-door.ts';
import { rollUpSelection } from '../../collector/store/read/roll-up-selection.ts';
import { unpackFrame } from '../../collector/store/read/rolled-frame.ts';
import type { StoreFiles } from '../../collector/store/read/store-files.ts';
import type { NodeRecord, Store } from '../../collector/store/store.ts';
import { createTurns } from '../../collector/store/turns.ts';
import { dayBeginMs, tickMs } from './made-store.ts';

const turnMs = 5;

const emptyHead: HeadSamples = {
  nodes: [],
  series: [],
  nodeOf: new Uint32Array(0),
  seriesOf: new Uint32Array(0),
  starts: Uint32Array.of(0),
  timesMs: new Float64Array(0),
  values: new Float64Array(0),
};

export function storeOver(files: StoreFiles, nodes: readonly string[], nowMs: number): Store {
  const records = nodes.map(
    (name): NodeRecord => ({
      name,
      role: 'compute',
      bootId: 'b',
      agentVersion: '1',
      intervalMs: tickMs,
      firstSeenMs: dayBeginMs,
      lastSeenMs: nowMs,
    }),
  );
  const parts: Partial<Store> = {
    nodes: async () => records,
    latestTicks: () => [],
    gaps: async () => [],
    gapsOf: async () => [],
    rollUp: async (selection, grid, options) => {
      const scope = { ...options, grid, head: emptyHead, yieldTurn: createTurns(turnMs) };
      return unpackFrame(await rollUpSelection(files, selection, scope), selection.nodes);
    },
  };
  return new Proxy(parts as Store, {
    get(known, name) {
      const found: unknown = Reflect.get(known, name);
      if (found === undefined && typeof name === 'string')
        throw new Error(`the query layer asked for ${name}`);
      return found;
    },
  });
}
