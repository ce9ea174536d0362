// In: the tree and what was typed. Out: which functions match, and the share of samples that have one on their stack.
// Pure; walks without recursion, because stacks may be deep.
import type { StackNode } from '../../../shared/api/profile.ts';

export type Matcher = (place: { readonly function: string; readonly module: string }) => boolean;

/** null when nothing is looked for. Upper and lower case are the same. */
export function toMatcher(query: string): Matcher | null {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return null;
  return ({ function: name, module }) =>
    name.toLowerCase().includes(wanted) || module.toLowerCase().includes(wanted);
}

/** A stack with several matches counts once. */
export function matchedShare(root: StackNode, matches: Matcher): number {
  let share = 0;
  const rest: StackNode[] = [root];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (matches(node)) share += node.total;
    else rest.push(...node.children);
  }
  return root.total > 0 ? share / root.total : 0;
}
