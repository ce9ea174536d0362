// In: the records of all nodes. Out: the same by name. Most questions are about few of thousands of nodes: the index is made once
// for records that are the same.
import type { NodeRecord, Store } from '../store/store.ts';

type NodeIndex = ReadonlyMap<string, NodeRecord>;

const indexes = new WeakMap<readonly NodeRecord[], NodeIndex>();

export async function nodesByName(store: Pick<Store, 'nodes'>): Promise<NodeIndex> {
  const records = await store.nodes();
  const known = indexes.get(records);
  if (known !== undefined) return known;
  const index = new Map(records.map((record) => [record.name, record]));
  indexes.set(records, index);
  return index;
}

/** The nodes of a question, each once, in its order; unknown ones are left out. */
export async function knownNodes(
  store: Pick<Store, 'nodes'>,
  names: readonly string[],
): Promise<readonly NodeRecord[]> {
  const index = await nodesByName(store);
  return [...new Set(names)].flatMap((name) => index.get(name) ?? []);
}
