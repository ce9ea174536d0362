// In: nodes and a range. Out: what is declared lost of their metrics there, oldest first: when, how much and why; null when
// that is too much to be told.
import type { DeclaredGap } from '../../shared/api/range.ts';
import type { DataClass } from '../../shared/model/delivery.ts';
import type { NodeGap, NodeRecord, Store } from '../store/store.ts';
import { createTurns } from '../store/turns.ts';
import type { TimeSpan } from './range.ts';
import { seconds } from './views/seconds.ts';

/** Of more nodes all gaps of the range are asked for at once. */
const fewNodes = 32;
const maxGapsPerNode = 100;
/** More are not told: who asks about less is told them. */
const maxGapsOfAll = 10_000;
const turnMs = 2;

export type GapStore = Pick<Store, 'gaps' | 'gapsOf'>;

export async function readGaps(
  store: GapStore,
  nodes: readonly NodeRecord[],
  span: TimeSpan,
  dataClass: DataClass = 'metric',
): Promise<DeclaredGap[] | null> {
  const names = nodes.map(({ name }) => name);
  const all =
    names.length > fewNodes ? await gapsOfMany(store, names, span) : await gapsOfFew(store, names, span);
  if (all === null) return null;
  const found = all.flatMap(({ node, gap }): DeclaredGap[] => {
    if (gap.dataClass !== dataClass || gap.fromTimeMs > span.toMs) return [];
    const { fromTimeMs, toTimeMs, count, reason } = gap;
    return [{ node, from: seconds(fromTimeMs), to: seconds(toTimeMs), count, reason }];
  });
  return found.toSorted((a, b) => a.from - b.from || (a.node < b.node ? -1 : 1));
}

async function gapsOfFew(
  store: GapStore,
  names: readonly string[],
  { fromMs }: TimeSpan,
): Promise<readonly NodeGap[]> {
  const yieldTurn = createTurns(turnMs);
  const found: NodeGap[] = [];
  for (const node of names) {
    for (const gap of await store.gaps(node, fromMs, maxGapsPerNode)) found.push({ node, gap });
    await yieldTurn();
  }
  return found;
}

async function gapsOfMany(
  store: GapStore,
  names: readonly string[],
  { fromMs, toMs }: TimeSpan,
): Promise<readonly NodeGap[] | null> {
  const all = await store.gapsOf(names, { fromMs, toMs, limit: maxGapsOfAll + 1 });
  const asked = new Set(names);
  return all.length > maxGapsOfAll ? null : all.filter(({ node }) => asked.has(node));
}
