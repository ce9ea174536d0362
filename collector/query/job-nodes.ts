// In: a scheduler's job. Out: the nodes that run it, as their newest words say: a series of its control group, or one of the
// processes they list. From memory but for the process lists.

import type { Store } from '../store/store.ts';
import { createTurns } from '../store/turns.ts';

const turnMs = 8;
/** Older words do not count. */
const newestMs = 120_000;

export async function nodesOfJob(
  store: Pick<Store, 'nodes' | 'latestTicks' | 'snapshotAt'>,
  job: string,
  nowMs: number,
): Promise<readonly string[]> {
  const yieldTurn = createTurns(turnMs);
  const found: string[] = [];
  for (const { name, lastSeenMs } of await store.nodes()) {
    await yieldTurn();
    if (nowMs - lastSeenMs > newestMs) continue;
    const isTold =
      store
        .latestTicks(name)
        .at(-1)
        ?.series.some(({ labels }) => labels['job'] === job) === true;
    if (isTold || (await isListed(store, name, { job, nowMs }))) found.push(name);
  }
  return found;
}

async function isListed(
  store: Pick<Store, 'snapshotAt'>,
  node: string,
  { job, nowMs }: { readonly job: string; readonly nowMs: number },
): Promise<boolean> {
  const snapshot = await store.snapshotAt(node, nowMs, newestMs);
  return snapshot?.processes.some((process) => process.job === job) === true;
}
