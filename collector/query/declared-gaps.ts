// In: nodes and a range. Out: what is declared lost of their metrics there, oldest first: when, how much and why.
import type { DeclaredGap } from '../../shared/api/range.ts';
import type { DataClass } from '../../shared/model/delivery.ts';
import type { NodeRecord, Store } from '../store/store.ts';
import { createTurns } from '../store/turns.ts';
import type { TimeSpan } from './range.ts';
import { seconds } from './views/seconds.ts';

/** Of more nodes they are not looked for: a page about thousands of nodes does not list losses. */
const maxNodes = 256;
const maxGapsPerNode = 100;
const turnMs = 8;

export async function readGaps(
  store: Pick<Store, 'gaps'>,
  nodes: readonly NodeRecord[],
  { fromMs, toMs }: TimeSpan,
  dataClass: DataClass = 'metric',
): Promise<DeclaredGap[] | null> {
  if (nodes.length > maxNodes) return null;
  const yieldTurn = createTurns(turnMs);
  const found: DeclaredGap[] = [];
  for (const { name } of nodes) {
    for (const gap of await store.gaps(name, fromMs, maxGapsPerNode)) {
      if (gap.dataClass !== dataClass || gap.fromTimeMs > toMs) continue;
      const { fromTimeMs, toTimeMs, count, reason } = gap;
      found.push({ node: name, from: seconds(fromTimeMs), to: seconds(toTimeMs), count, reason });
    }
    await yieldTurn();
  }
  return found.toSorted((a, b) => a.from - b.from || (a.node < b.node ? -1 : 1));
}
