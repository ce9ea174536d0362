// In: partition files that leave the store with something that is nowhere else, or that are damaged. Out: gaps of the nodes that
// they were about, on disk before the file goes; damaged files are set aside.
import type { DataClass } from '../../../shared/model/delivery.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { isDamage } from '../partitions/damage.ts';
import { hasPartition, listPartitions, setAside } from '../partitions/partition-folder.ts';
import { PartitionReader } from '../partitions/partition-reader.ts';
import { isStackTier, type Partition, type Tier } from '../partitions/tier.ts';
import { ProfileFile } from '../profiles/profile-file.ts';
import type { YieldTurn } from '../turns.ts';
import type { WriterContext } from './writer-context.ts';

const nodesPerSlice = 200;

/** How many ticks and snapshots were in it nobody counts. */
export async function declarePartitionLost(
  { catalog, write, clock }: Pick<WriterContext, 'catalog' | 'write' | 'clock'>,
  { tier, fromMs, toMs }: Partition,
  { nodes, reason }: { readonly nodes: readonly string[]; readonly reason: string },
): Promise<void> {
  const nowMs = Math.trunc(clock.now());
  const gap = { fromTimeMs: fromMs, toTimeMs: toMs, count: 0, reason, sequences: null };
  for (let from = 0; from < nodes.length; from += nodesPerSlice) {
    await write(() => {
      for (const node of nodes.slice(from, from + nodesPerSlice)) {
        const nodeId = catalog.nodes.idOf(node, nowMs);
        catalog.gaps.add(
          nodeId,
          classesOf(tier).map((dataClass) => ({ ...gap, dataClass })),
        );
      }
    });
  }
}

function classesOf(tier: Tier): readonly DataClass[] {
  return isStackTier(tier) ? ['profile'] : ['metric', 'process'];
}

/** Looks at all files of a tier; resolves with how many left. */
export async function setDamagedAside(
  context: WriterContext,
  tier: Tier,
  yieldTurn: YieldTurn,
): Promise<number> {
  let count = 0;
  for (const partition of listPartitions(context.data.dataDir, [tier])) {
    if (await setAsideIfDamaged(context, partition)) count += 1;
    await yieldTurn();
  }
  return count;
}

/**
 * A file that cannot be read or written any more as a whole leaves; a chunk that is damaged does not make a file such.
 * Resolves with whether it left.
 */
export async function setAsideIfDamaged(context: WriterContext, partition: Partition): Promise<boolean> {
  const { data, log, catalog } = context;
  if (!hasPartition(data.dataDir, partition)) return false;
  const { problem, nodes } = isStackTier(partition.tier)
    ? lookAtProfiles(context, partition)
    : lookAt(data.dataDir, partition);
  if (problem === null) return false;
  const concerned = nodes ?? catalog.nodes.ids().map(({ name }) => name);
  // Nothing is written any more to a file that is moved.
  context.profileWriters.forget(partition);
  await declarePartitionLost(context, partition, { nodes: concerned, reason: 'damaged' });
  const file = setAside(data.dataDir, partition);
  log.error({ problem, file, nodes: concerned.length }, 'damaged file set aside; its time is a gap');
  return true;
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

/** Those that had profiles of which the stacks are in the file. */
export function profiledNodes(
  { profiles, continuous }: Catalog,
  { tier, fromMs, toMs }: Partition,
): readonly string[] {
  return tier === 'continuous' ? continuous.nodesBetween(fromMs, toMs) : profiles.nodesBetween(fromMs, toMs);
}

/** Stacks that are damaged do not make a file such: the others in it can be read. */
function lookAtProfiles({ data, catalog }: WriterContext, partition: Partition): Found {
  const nodes = profiledNodes(catalog, partition);
  let file: ProfileFile | undefined;
  try {
    file = ProfileFile.open(data.dataDir, partition);
    return { problem: file.tables.structureProblem() ?? null, nodes };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { problem: error instanceof Error ? error.message : String(error), nodes };
  } finally {
    file?.close();
  }
}
