// The records of all nodes, kept for a moment: every question asks for them, and of thousands of nodes they take some
// milliseconds. In: the doors. Out: the calls that write and read them. What was written through here is seen at once; what the
// writer learns by itself, of a node whose data came before its name, a moment later.
import type { Clock } from '../../../shared/clock.ts';
import type { NodeRecord, NodeStore } from '../store.ts';

const keptMs = 1_000;

export interface NodeRecordDoors {
  readonly writer: Pick<NodeStore, 'putNode' | 'touchNodes'>;
  readonly reader: Pick<NodeStore, 'nodes'>;
  readonly clock: Clock;
}

export function keepNodeRecords({ writer, reader, clock }: NodeRecordDoors) {
  let kept: { readonly records: Promise<readonly NodeRecord[]>; readonly untilMs: number } | null = null;

  const written = async <T>(write: Promise<T>): Promise<T> => {
    try {
      return await write;
    } finally {
      kept = null;
    }
  };
  return {
    putNode: (identity, seenMs) => written(writer.putNode(identity, seenMs)),
    touchNodes: (seen) => written(writer.touchNodes(seen)),
    nodes() {
      const nowMs = clock.monotonic();
      if (kept === null || nowMs >= kept.untilMs) {
        const records = reader.nodes();
        const own = { records, untilMs: nowMs + keptMs };
        records.catch(() => {
          if (kept === own) kept = null;
        });
        kept = own;
      }
      return kept.records;
    },
  } satisfies Pick<NodeStore, 'putNode' | 'touchNodes' | 'nodes'>;
}
