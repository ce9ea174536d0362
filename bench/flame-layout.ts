// Claim: a flame graph of 200,000 boxes is laid out within a blink, and what a screen can show of it many times
// faster, because narrow boxes are left out on the way and not afterwards.
//
// In: a tree of 200,000 functions. Compared with the usual recursion, and with filtering at the end.
import type { StackNode } from '../shared/api/profile.ts';
import { layoutFlame } from '../shared/flame-layout.ts';
import { printComparison, printNote } from './measuring/report.ts';
import { compareCpu } from './measuring/stopwatch.ts';

interface Box {
  readonly x: number;
  readonly width: number;
  readonly depth: number;
  readonly node: StackNode;
}

const boxCount = 200_000;
/** Half a pixel of a wide screen. */
const narrow = 1 / 4000;
const rounds = 5;
const repeats = 200;

const root = createTree(boxCount);
const seen = layoutFlame(root, { minWidth: narrow }).length;
const all = layoutFlame(root, { minWidth: 0 });
const levels = 1 + (all.at(-1)?.depth ?? 0);
printNote(`${all.length} boxes on ${levels} levels, ${seen} of them wide enough to be seen\n`);
const [allOurs, allTheirs, seenOurs, seenTheirs] = await compareCpu(rounds, [
  () => layoutFlame(root, { minWidth: 0 }),
  () => layoutRecursively(root, 0, 0),
  // Too short to be measured alone.
  () => Array.from({ length: repeats }, () => layoutFlame(root, { minWidth: narrow })),
  () => layoutRecursively(root, 0, 0).filter(({ width }) => width >= narrow),
]);
printComparison({
  columns: ['all boxes, CPU ms', 'those that are seen, CPU ms'],
  ours: { name: 'layoutFlame', figures: [milliseconds(allOurs), milliseconds(seenOurs) / repeats] },
  others: [
    {
      name: 'recursion, filtered at the end',
      figures: [milliseconds(allTheirs), milliseconds(seenTheirs)],
    },
  ],
});

function milliseconds(microseconds = Number.NaN): number {
  return microseconds / 1000;
}

function layoutRecursively(node: StackNode, x: number, depth: number): Box[] {
  let left = x;
  const above = node.children.flatMap((child) => {
    const boxes = layoutRecursively(child, left, depth + 1);
    left += child.total;
    return boxes;
  });
  return [{ x, width: node.total, depth, node }, ...above];
}

/** Breadth first, each node with 1 to 4 children whose shares differ. */
function createTree(count: number): StackNode {
  interface Growing extends StackNode {
    readonly children: Growing[];
  }
  const create = (index: number, total: number): Growing => ({
    function: `function_${index % 5000}`,
    module: 'program',
    self: 0,
    total,
    children: [],
  });
  const nodes = [create(0, 1)];
  for (let parent = 0; nodes.length < count; parent += 1) {
    const below = nodes[parent];
    if (below === undefined) break;
    const branches = parent < 40 ? 2 : 1 + (parent % 4 === 0 ? 1 : 0) + (parent % 16 === 0 ? 2 : 0);
    for (let branch = 0; branch < branches && nodes.length < count; branch += 1) {
      const child = create(
        nodes.length,
        (below.total * (branch === 0 ? 0.7 : 0.3)) / Math.max(1, branches - 1),
      );
      below.children.push(child);
      nodes.push(child);
    }
  }
  return nodes[0] ?? create(0, 1);
}
