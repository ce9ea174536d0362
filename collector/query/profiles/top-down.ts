// In: merged stacks. Out: the top-down tree of shares under one root that stands for all samples.
// Bounds: 20,000 nodes and 512 levels; what is left out appears as one child `[rest]` of where it hung.
import type { StackNode } from '../../../shared/api/profile.ts';
import type { Stacks } from '../../../shared/stacks/stacks.ts';

export const topDownLimits = { nodes: 20_000, depth: 512 } as const;

type Draft = { -readonly [K in keyof StackNode]: K extends 'children' ? Draft[] : StackNode[K] };

export function topDownTree(stacks: Stacks): StackNode {
  const root: Draft = { function: 'all', module: '', self: 0, total: 0, children: [] };
  if (stacks.weight === 0) return root;
  root.total = 1;
  const kept = keepLargest(stacks);
  const drafts: (Draft | undefined)[] = [];
  const rests = new Map<Draft, number>();
  for (const [branch, parent] of stacks.parents.entries()) {
    const below = parent < 0 ? root : drafts[parent];
    if (below === undefined) continue;
    const total = (stacks.total[branch] ?? 0) / stacks.weight;
    if (total === 0) continue;
    if (kept(branch)) {
      const draft = { ...frameOf(stacks, branch), self: (stacks.self[branch] ?? 0) / stacks.weight, total };
      below.children.push((drafts[branch] = { ...draft, children: [] }));
    } else {
      rests.set(below, (rests.get(below) ?? 0) + total);
    }
  }
  sortChildren(root, drafts);
  for (const [below, total] of rests) {
    below.children.push({ function: '[rest]', module: '', self: total, total, children: [] });
  }
  return root;
}

function frameOf(stacks: Stacks, branch: number): { function: string; module: string } {
  const frame = stacks.frames[stacks.frameIds[branch] ?? 0];
  return { function: frame?.function ?? '', module: frame?.module ?? '' };
}

/**
 * A branch has no more samples than its parent, and on a tie the parent comes first: so the largest branches always
 * hang together. Each of them may need one `[rest]`, therefore half of the limit.
 */
function keepLargest(stacks: Stacks): (branch: number) => boolean {
  const shallow = (branch: number): boolean => (stacks.depths[branch] ?? 0) < topDownLimits.depth - 2;
  const kept = topDownLimits.nodes / 2 - 1;
  if (stacks.total.length <= kept) return shallow;
  const order = Array.from(stacks.total, (total, branch) => ({ total, branch }));
  order.sort((a, b) => b.total - a.total || a.branch - b.branch);
  const largest = new Set(order.slice(0, kept).map(({ branch }) => branch));
  return (branch) => largest.has(branch) && shallow(branch);
}

function sortChildren(root: Draft, drafts: readonly (Draft | undefined)[]): void {
  for (const draft of [root, ...drafts]) {
    draft?.children.sort((a, b) => b.total - a.total || compareText(a.function, b.function));
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
