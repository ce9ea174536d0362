// A tree as the rows of a table. In: the first level, and which rows are open. Out: the rows in sight, each with its
// depth and a key that names its path. Pure.

export interface TreeRow<N> {
  readonly node: N;
  readonly key: string;
  readonly depth: number;
  readonly expandable: boolean;
  readonly expanded: boolean;
  /** Place among its siblings and how many they are, from 1, for screen readers. */
  readonly position: number;
  readonly siblings: number;
}

export interface TreeShape<N> {
  readonly childrenOf: (node: N) => readonly N[];
  /** Where children cost time to find; absent: by looking. */
  readonly hasChildren?: (node: N) => boolean;
  /** Tells a node from its siblings, whatever their order. */
  readonly nameOf: (node: N) => string;
}

export interface TreeRowsOptions<N> extends TreeShape<N> {
  /** At most so many rows; the rest waits for a narrower question. */
  readonly limit: number;
}

export function treeRows<N>(
  first: readonly N[],
  open: ReadonlySet<string>,
  { limit, ...shape }: TreeRowsOptions<N>,
): readonly TreeRow<N>[] {
  const rows: TreeRow<N>[] = [];
  const rest = toRows({ key: '', depth: -1 }, first, open, shape).reverse();
  for (let row = rest.pop(); row !== undefined && rows.length < limit; row = rest.pop()) {
    rows.push(row);
    if (row.expanded) {
      rest.push(...toRows(row, shape.childrenOf(row.node), open, shape).reverse());
    }
  }
  return rows;
}

/** A new set with the key added or taken away. */
export function toggled(open: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(open);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** The keys that open a first-level row and, below it, the heaviest child each time: the hot path in one click. */
export function hotPathKeys<N>(
  first: N,
  { childrenOf, nameOf }: TreeShape<N>,
  shareOf: (node: N) => number,
): readonly string[] {
  const keys: string[] = [];
  let node: N | undefined = first;
  let key = '';
  while (node !== undefined && keys.length < deepestHotPath) {
    key = childKey(key, nameOf(node));
    const children: readonly N[] = childrenOf(node);
    if (children.length > 0) keys.push(key);
    node = children.reduce<N | undefined>(
      (best, child) => (best === undefined || shareOf(child) > shareOf(best) ? child : best),
      undefined,
    );
  }
  return keys;
}

const deepestHotPath = 200;

function toRows<N>(
  parent: { readonly key: string; readonly depth: number },
  nodes: readonly N[],
  open: ReadonlySet<string>,
  { childrenOf, nameOf, hasChildren = (node) => childrenOf(node).length > 0 }: TreeShape<N>,
): TreeRow<N>[] {
  return nodes.map((node, index) => {
    const key = childKey(parent.key, nameOf(node));
    const expandable = hasChildren(node);
    const expanded = expandable && open.has(key);
    return {
      node,
      key,
      depth: parent.depth + 1,
      expandable,
      expanded,
      position: index + 1,
      siblings: nodes.length,
    };
  });
}

function childKey(parent: string, name: string): string {
  return `${parent}\u0001${name}`;
}
