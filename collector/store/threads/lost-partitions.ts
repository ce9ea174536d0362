// In: partition files that leave the store with something that is nowhere else, or that are damaged. Out: gaps of the nodes that
// they were about, on disk before the file goes; damaged files are set aside.
import { isDamage } from '../partitions/damage.ts';
import { listPartitions, setAside } from '../partitions/partition-folder.ts';
import { PartitionReader } from '../partitions/partition-reader.ts';
import type { Partition, Tier } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import type { WriterContext } from './writer-context.ts';

const nodesPerSlice = 200;

/** How many ticks and snapshots were in it nobody counts. */
export async function declarePartitionLost(
  { catalog, write, clock }: WriterContext,
  { fromMs, toMs }: Partition,
  { nodes, reason }: { readonly nodes: readonly string[]; readonly reason: string },
): Promise<void> {
  const nowMs = Math.trunc(clock.now());
  const gap = { fromTimeMs: fromMs, toTimeMs: toMs, count: 0, reason, sequences: null };
  for (let from = 0; from < nodes.length; from += nodesPerSlice) {
    await write(() => {
      for (const node of nodes.slice(from, from + nodesPerSlice)) {
        const nodeId = catalog.nodes.idOf(node, nowMs);
        for (const dataClass of ['metric', 'process'] as const)
          catalog.gaps.add(nodeId, { ...gap, dataClass });
      }
    });
  }
}

/**
 * Files of a tier that cannot be read or written any more as a whole leave; a chunk that is damaged does not make a file such.
 * Resolves with how many left.
 */
export async function setDamagedAside(
  context: WriterContext,
  tier: Tier,
  yieldTurn: YieldTurn,
): Promise<number> {
  const { data, log, catalog } = context;
  let count = 0;
  for (const partition of listPartitions(data.dataDir, [tier])) {
    const found = lookAt(data.dataDir, partition);
    await yieldTurn();
    if (found.problem === null) continue;
    const nodes = found.nodes ?? catalog.nodes.ids().map(({ name }) => name);
    await declarePartitionLost(context, partition, { nodes, reason: 'damaged' });
    const file = setAside(data.dataDir, partition);
    log.error(
      { problem: found.problem, file, nodes: nodes.length },
      'damaged file set aside; its time is a gap',
    );
    count += 1;
  }
  return count;
}

interface Found {
  readonly problem: string | null;
  /** null: it cannot tell. */
  readonly nodes: readonly string[] | null;
}

function lookAt(root: string, partition: Partition): Found {
  let reader: PartitionReader | undefined;
  let nodes: readonly string[] | null = null;
  try {
    reader = PartitionReader.open(root, partition);
    nodes = reader.dictionary.nodeNames();
    return { problem: reader.structureProblem() ?? null, nodes };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { problem: error instanceof Error ? error.message : String(error), nodes };
  } finally {
    reader?.close();
  }
}
