// When the writer thread compacts: the hot file of an hour that is over and has come to rest, after a flush; all of them when it
// is asked to. What is damaged meanwhile is declared, and a file that is damaged as a whole is set aside.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { compactHour } from '../compaction/compact-hour.ts';
import { CounterTails } from '../compaction/counter-tails.ts';
import type { LostChunk } from '../compaction/hot-group.ts';
import { isDamage } from '../partitions/damage.ts';
import { listPartitions } from '../partitions/partition-folder.ts';
import { type Partition, partitionAt } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import { declarePartitionLost, setAsideIfDamaged } from './lost-partitions.ts';
import type { WriterContext } from './writer-context.ts';

/** Agents that were cut off send the rest of an hour later: so long nothing more must have come. */
const restMs = 10 * 60_000;
/** An hour to which something comes for ever is compacted all the same. */
const longestWaitMs = 60 * 60_000;

export interface Compaction {
  readonly handlers: { compact(): Promise<void> };
  /** Compacts what is due, some time; to be called after a flush. */
  soon(): void;
}

export function createCompaction(context: WriterContext): Compaction {
  const { lanes, clock, log } = context;
  const tails = new CounterTails();
  let isComing = false;
  const run = (isDue: (partition: Partition) => boolean) =>
    lanes.run('patient', async (yieldTurn) => {
      isComing = false;
      for (const partition of listPartitions(context.data.dataDir, ['hot'])) {
        if (isDue(partition)) await compactOne(context, partition, { tails, yieldTurn });
      }
    });
  return {
    handlers: { compact: () => run(({ toMs }) => toMs <= clock.now()) },
    soon() {
      if (isComing) return;
      isComing = true;
      run((partition) => isAtRest(context, partition)).catch((error: unknown) => {
        // The files are as they were: the next flush is the next attempt.
        isComing = false;
        if (!context.isClosing()) log.error({ err: error }, 'samples cannot be compacted; it is tried again');
      });
    },
  };
}

function isAtRest({ data, clock }: WriterContext, { path, toMs }: Partition): boolean {
  const nowMs = clock.now();
  if (nowMs < toMs + restMs) return false;
  const file = join(data.dataDir, path);
  const changes = [file, `${file}-wal`].map(
    (name) => statSync(name, { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return nowMs >= toMs + longestWaitMs || nowMs >= Math.max(...changes) + restMs;
}

interface CompactOptions {
  readonly tails: CounterTails;
  readonly yieldTurn: YieldTurn;
}

async function compactOne(
  context: WriterContext,
  partition: Partition,
  options: CompactOptions,
): Promise<void> {
  const { data, log } = context;
  try {
    const { samples, lost } = await compactHour(partition, { root: data.dataDir, ...options });
    log.debug({ file: partition.path, samples }, 'hour compacted');
    await declareLostChunks(context, partition, lost);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const concerned = [
      partition,
      partitionAt('raw', partition.fromMs),
      partitionAt('minute', partition.fromMs),
    ];
    const left = [];
    for (const file of concerned) if (await setAsideIfDamaged(context, file)) left.push(file);
    if (left.length === 0) throw error;
  }
}

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
