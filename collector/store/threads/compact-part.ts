// When the writer thread compacts: what is due, after a flush; everything when it is asked to. What is damaged meanwhile is
// declared, and a file that is damaged as a whole is set aside.
import { Compactor } from '../compaction/compactor.ts';
import type { DueWork } from '../compaction/due-work.ts';
import type { LostChunk } from '../compaction/hot-group.ts';
import { isDamage } from '../partitions/damage.ts';
import { partitionBytes } from '../partitions/partition-folder.ts';
import { type Partition, partitionAt, type Tier } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import { declarePartitionLost, setAsideIfDamaged } from './lost-partitions.ts';
import type { WriterContext } from './writer-context.ts';

/** What compacting takes while the file that it is made of is still there: journals, and its share of that file. */
const bytesBeside = 4 * 1024 * 1024;
const shareBeside = 1.5;

export interface Compaction {
  readonly handlers: { compact(): Promise<void> };
  /** Compacts what is due, some time; to be called after a flush. */
  soon(): void;
}

export function createCompaction(context: WriterContext): Compaction {
  const { data, lanes, clock, log } = context;
  const compactor = new Compactor(data.dataDir);
  let isComing = false;
  const run = (isForced: boolean) =>
    lanes.run('patient', async (yieldTurn) => {
      isComing = false;
      for (const work of compactor.due({ nowMs: clock.now(), isForced })) {
        await compactOne(context, compactor, { work, yieldTurn });
        await yieldTurn();
      }
    });
  return {
    handlers: { compact: () => run(true) },
    soon() {
      if (isComing) return;
      isComing = true;
      run(false).catch((error: unknown) => {
        // The files are as they were: the next flush is the next attempt.
        isComing = false;
        if (!context.isClosing()) log.error({ err: error }, 'samples cannot be compacted; it is tried again');
      });
    },
  };
}

interface OneWork {
  readonly work: DueWork;
  readonly yieldTurn: YieldTurn;
}

async function compactOne(
  context: WriterContext,
  compactor: Compactor,
  { work, yieldTurn }: OneWork,
): Promise<void> {
  const { kind, partition } = work;
  const { data, room } = context;
  const bytes = bytesBeside + shareBeside * partitionBytes(data.dataDir, partition);
  const held = await room.take(partition, bytes, yieldTurn);
  try {
    const { samples, doubles } = await compactor.run(work, yieldTurn, (lost) =>
      declareLostChunks(context, partition, lost),
    );
    context.log.debug({ file: partition.path, samples, doubles }, 'compacted');
  } catch (error) {
    if (!isDamage(error)) throw error;
    const left: Partition[] = [];
    for (const tier of tiersOf[kind]) {
      const file = partitionAt(tier, partition.fromMs);
      if (await setAsideIfDamaged(context, file)) left.push(file);
    }
    if (left.length === 0) throw error;
  } finally {
    held.release();
    room.lookAgain();
  }
}

/** From the first into the others. */
const tiersOf: Readonly<Record<DueWork['kind'], readonly Tier[]>> = {
  hour: ['hot', 'raw', 'minute'],
  day: ['minute', 'ten-minutes'],
};

/** Chunks of many series may be lost of the same nodes and times. */
async function declareLostChunks(
  context: WriterContext,
  partition: Partition,
  lost: readonly LostChunk[],
): Promise<void> {
  const distinct = new Map(
    lost.map((chunk) => [`${chunk.fromMs} ${chunk.toMs} ${chunk.nodes.join()}`, chunk]),
  );
  if (distinct.size === 0) return;
  context.log.error(
    { file: partition.path, chunks: lost.length },
    'damaged samples left out; they are a gap',
  );
  for (const { nodes, fromMs, toMs } of distinct.values()) {
    await declarePartitionLost(context, { ...partition, fromMs, toMs }, { nodes, reason: 'damaged' });
  }
}
