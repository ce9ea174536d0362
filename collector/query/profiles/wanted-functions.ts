// In: a tree and the exact name of a function or module that is looked for. Out: whether a node of the tree is in it or above it.
import type { StackTree } from '../../../shared/model/profile.ts';

export interface Wanted {
  readonly function?: string | undefined;
  readonly module?: string | undefined;
}

/** Without a name every node is wanted. */
export function wantedNodes(
  { frames, parents, frameIds }: StackTree,
  wanted: Wanted,
): (node: number) => boolean {
  const { function: name, module } = wanted;
  if (name === undefined && module === undefined) return () => true;
  const isWanted = frames.map(
    (frame) =>
      (name === undefined || frame.function === name) && (module === undefined || frame.module === module),
  );
  const isInside = new Uint8Array(parents.length);
  for (let node = 0; node < parents.length; node += 1) {
    const parent = parents[node] ?? -1;
    if (isWanted[frameIds[node] ?? 0] === true || (parent >= 0 && isInside[parent] === 1)) isInside[node] = 1;
  }
  return (node) => isInside[node] === 1;
}
