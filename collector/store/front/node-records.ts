// The records of all nodes, kept for a moment: every question asks for them, and of thousands of nodes they take some
// milliseconds. In: the doors. Out: the calls that write and read them. What was written through here is seen at once; what the
// writer learns by itself, of a node whose data came before its name, a moment later.
//
// Signs of life come all the time and from everywhere: they are kept here and written once a minute, and when the store closes.
// A crash forgets those of the last minute, and the nodes greet again after it.
import type { Clock } from '../../../shared/clock.ts';
import type { NodeRecord, NodeStore } from '../store.ts';

const keptMs = 1_000;
const writtenEveryMs = 60_000;
/** A sign that is so much older than the last one: that was of a clock that ran ahead and was set right meanwhile. */
const aheadMs = 60_000;

export interface NodeRecordDoors {
  readonly writer: Pick<NodeStore, 'putNode' | 'touchNodes'>;
  readonly reader: Pick<NodeStore, 'nodes'>;
  readonly clock: Clock;
}

export interface NodeRecords extends Pick<NodeStore, 'putNode' | 'touchNodes' | 'nodes'> {
  /** Writes what is only kept here. */
  flush(): Promise<void>;
}

export function keepNodeRecords({ writer, reader, clock }: NodeRecordDoors): NodeRecords {
  let kept: { readonly records: Promise<readonly NodeRecord[]>; readonly untilMs: number } | null = null;
  let signs = new Map<string, number>();
  let writtenMs = clock.monotonic();

  const flush = async (): Promise<void> => {
    if (signs.size === 0) return;
    const writing = signs;
    await writer.touchNodes(writing);
    writtenMs = clock.monotonic();
    for (const [name, ms] of writing) if (signs.get(name) === ms) signs.delete(name);
    kept = null;
  };
  return {
    flush,
    async putNode(identity, seenMs) {
      try {
        signs.delete(identity.name);
        return await writer.putNode(identity, seenMs);
      } finally {
        kept = null;
      }
    },
    async touchNodes(seen) {
      signs = new Map([...signs, ...seen]);
      kept = null;
      if (clock.monotonic() - writtenMs >= writtenEveryMs) await flush();
    },
    nodes() {
      const nowMs = clock.monotonic();
      if (kept === null || nowMs >= kept.untilMs) {
        const records = reader.nodes().then((all) => all.map((record) => withSign(record, signs)));
        const own = { records, untilMs: nowMs + keptMs };
        records.catch(() => {
          if (kept === own) kept = null;
        });
        kept = own;
      }
      return kept.records;
    },
  };
}

function withSign(record: NodeRecord, signs: ReadonlyMap<string, number>): NodeRecord {
  const seenMs = signs.get(record.name);
  const { lastSeenMs } = record;
  if (seenMs === undefined || (seenMs <= lastSeenMs && lastSeenMs <= seenMs + aheadMs)) return record;
  return { ...record, lastSeenMs: Math.trunc(seenMs) };
}
