import { describe, expect, it } from 'vitest';
import { hotPathKeys, toggled, treeRows } from '../../../collector/web/flame/tree-rows.ts';

interface Leaf {
  readonly name: string;
  readonly share: number;
  readonly below: readonly Leaf[];
}

const leaf = (name: string, share: number, below: readonly Leaf[] = []): Leaf => ({ name, share, below });
const tree = [leaf('a', 3, [leaf('a1', 1), leaf('a2', 2, [leaf('a21', 2)])]), leaf('b', 1)];
const shape = { childrenOf: (node: Leaf) => node.below, nameOf: (node: Leaf) => node.name };
const none: ReadonlySet<string> = new Set();
const show = (open: ReadonlySet<string>, nodes = tree, limit = 100): string[] =>
  treeRows(nodes, open, { ...shape, limit }).map(({ node, depth }) => `${depth}${node.name}`);

describe('tree rows', () => {
  it('show the first level, and what is opened below its row', () => {
    expect(show(none)).toEqual(['0a', '0b']);
    const first = treeRows(tree, none, { ...shape, limit: 100 })[0]?.key ?? '';
    expect(show(toggled(none, first))).toEqual(['0a', '1a1', '1a2', '0b']);
    expect(show(toggled(toggled(none, first), first))).toEqual(['0a', '0b']);
  });

  it('open the heaviest path in one go', () => {
    const first = tree[0];
    const open = new Set(first === undefined ? [] : hotPathKeys(first, shape, ({ share }) => share));
    expect(show(open)).toEqual(['0a', '1a1', '1a2', '2a21', '0b']);
  });

  it('stay open when the rows are put in another order', () => {
    const first = treeRows(tree, none, { ...shape, limit: 100 })[0]?.key ?? '';
    expect(show(new Set([first]), [...tree].reverse())).toEqual(['0b', '0a', '1a1', '1a2']);
  });

  it('are bounded, however deep the tree', () => {
    let deep = leaf('x', 1);
    for (let depth = 0; depth < 1000; depth += 1) deep = leaf('x', 1, [deep]);
    const open = new Set(hotPathKeys(deep, shape, ({ share }) => share));
    expect(show(open, [deep], 50)).toHaveLength(50);
  });
});
