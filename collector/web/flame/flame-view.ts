// What of a flame graph is on the screen. In: the tree and the box that is zoomed to. Out: rows of boxes with places,
// ancestors of the zoomed box across the whole width below it. Also who lies under a point, and where a key leads. Pure.
import type { StackNode } from '../../../shared/api/profile.ts';
import { layoutFlame } from '../../../shared/flame-layout.ts';

export interface ShownBox {
  readonly node: StackNode;
  /** 0 to 1 of the whole width. */
  readonly x: number;
  readonly width: number;
  readonly row: number;
  /** Index in `boxes` of the box below; -1 for the root. */
  readonly parent: number;
}

export interface FlameView {
  readonly boxes: readonly ShownBox[];
  /** Indices into `boxes` by row, from left to right. */
  readonly rows: readonly (readonly number[])[];
  /** How many boxes at the begin are ancestors of the zoomed one. */
  readonly ancestors: number;
}

/** `path`: from the root to the zoomed node, both included. */
export function viewFlame(path: readonly StackNode[], minWidth: number): FlameView {
  const zoomed = path.at(-1);
  if (zoomed === undefined) return { boxes: [], rows: [], ancestors: 0 };
  const above = path.length - 1;
  const boxes: ShownBox[] = path
    .slice(0, -1)
    .map((node, row) => ({ node, x: 0, width: 1, row, parent: row - 1 }));
  for (const { node, x, width, depth, parent } of layoutFlame(zoomed, { minWidth })) {
    boxes.push({ node, x, width, row: depth + above, parent: parent < 0 ? above - 1 : parent + above });
  }
  const rows: number[][] = [];
  boxes.forEach((box, index) => {
    const row = rows[box.row];
    if (row === undefined) rows[box.row] = [index];
    else row.push(index);
  });
  return { boxes, rows, ancestors: above };
}

/** The box at a place; -1 when there is none. `x` is 0 to 1. */
export function hitBox(view: FlameView, x: number, row: number): number {
  const indices = view.rows[row] ?? [];
  let low = 0;
  let high = indices.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const index = indices[middle] ?? -1;
    const box = view.boxes[index];
    if (box === undefined) return -1;
    if (x < box.x) high = middle - 1;
    else if (x >= box.x + box.width) low = middle + 1;
    else return index;
  }
  return -1;
}

export type FlameMove = 'caller' | 'callee' | 'left' | 'right';

/** Where the focus goes; it stays where it is when there is nothing in that direction. */
export function moveFocus(view: FlameView, from: number, move: FlameMove): number {
  const box = view.boxes[from];
  if (box === undefined) return view.boxes.length > 0 ? 0 : -1;
  if (move === 'caller') return box.parent < 0 ? from : box.parent;
  if (move === 'callee') return widestChild(view, from) ?? from;
  const row = view.rows[box.row] ?? [];
  const place = row.indexOf(from) + (move === 'left' ? -1 : 1);
  return row[place] ?? from;
}

function widestChild(view: FlameView, parent: number): number | undefined {
  const row = (view.boxes[parent]?.row ?? 0) + 1;
  let widest: number | undefined;
  for (const index of view.rows[row] ?? []) {
    const box = view.boxes[index];
    if (box?.parent !== parent) continue;
    if (widest === undefined || box.width > (view.boxes[widest]?.width ?? 0)) widest = index;
  }
  return widest;
}

/** From the root of the view to a box, both included: the path that zooms to it. */
export function pathTo(view: FlameView, index: number): StackNode[] {
  const path: StackNode[] = [];
  for (let at = index; at >= 0; at = view.boxes[at]?.parent ?? -1) {
    const box = view.boxes[at];
    if (box === undefined) break;
    path.unshift(box.node);
  }
  return path;
}
