// Where the boxes of a flame graph lie. In: a tree of stacks with shares. Out: boxes in shares of the whole width,
// parents before children, so that a picture only has to scale and paint them. Too narrow boxes and what lies on them
// are left out. A node of the tree may be given as root, too: it then takes the whole width.
import type { StackNode } from './api/profile.ts';

export interface FlameBox {
  /** Left edge and width, 0 to 1 of the whole. */
  readonly x: number;
  readonly width: number;
  /** 0 for the root. */
  readonly depth: number;
  readonly node: StackNode;
  /** Index of the box below it in the list of boxes; -1 for the root. */
  readonly parent: number;
}

export interface FlameOptions {
  /** Narrower boxes are left out; 0 to 1 of the whole width. */
  readonly minWidth: number;
}

/** Walks without recursion: stacks may be deeper than the program's own. */
export function layoutFlame(root: StackNode, options: FlameOptions): FlameBox[] {
  if (!(root.total > 0)) return [];
  const scale = 1 / root.total;
  const boxes: FlameBox[] = [{ x: 0, width: 1, depth: 0, node: root, parent: -1 }];
  for (let index = 0; index < boxes.length; index += 1) {
    const below = boxes[index];
    if (below === undefined) break;
    let x = below.x;
    for (const node of below.node.children) {
      const width = node.total * scale;
      if (width > 0 && width >= options.minWidth) {
        boxes.push({ x, width, depth: below.depth + 1, node, parent: index });
      }
      x += width;
    }
  }
  return boxes;
}
