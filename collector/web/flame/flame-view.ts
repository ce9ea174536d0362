// What of a flame graph is on the screen. In: the tree and the branch that is zoomed to. Out: boxes with places in columns,
// row by row from left to right; branches below the zoomed one across the whole width. Boxes too narrow to be seen are left
// out on the way, with all that lies on them. Also who lies under a point, and where a key leads. Pure.
import { branchPath, type FlameTree, ground } from './flame-tree.ts';

export interface FlameView {
  readonly count: number;
  /** By box: its branch; the first box is the ground. */
  readonly branch: Int32Array;
  /** 0 to 1 of the whole width. */
  readonly x: Float64Array;
  readonly width: Float64Array;
  /** By box: the box below it; -1 for the first. */
  readonly parent: Int32Array;
  /** First box of each row, and after the last row the number of boxes. */
  readonly rowStart: readonly number[];
  /** How many boxes at the begin are below the zoomed one. */
  readonly ancestors: number;
}

/** What is drawn: all of it, or what lies on one branch. */
export interface FlameCut {
  /** The lowest branch that is drawn. */
  readonly base: number;
  /** Takes the whole width; lies on the base. */
  readonly zoomed: number;
  /** Narrower boxes are left out; 0 to 1 of the whole width. */
  readonly minWidth: number;
}

export function viewFlame(tree: FlameTree, { base, zoomed: asked, minWidth }: FlameCut): FlameView {
  const boxes = new Boxes();
  const path = [ground, ...branchPath(tree, asked)];
  const zoomed = path.includes(base) ? asked : base;
  const below = zoomed === base ? [] : path.slice(path.indexOf(base), -1);
  const rowStart: number[] = [];
  for (const branch of [...below, zoomed]) {
    rowStart.push(boxes.count);
    boxes.add(branch, 0, 1, boxes.count - 1);
  }
  const whole = zoomed === ground ? tree.weight : (tree.total[zoomed] ?? 0);
  if (whole > 0) layOut(tree, boxes, rowStart, { whole, minWidth });
  rowStart.push(boxes.count);
  return { ...boxes.columns(), rowStart, ancestors: below.length };
}

interface LayOut {
  readonly whole: number;
  readonly minWidth: number;
}

/** Row after row: the boxes of a row are laid in the order of those below them. */
function layOut(tree: FlameTree, boxes: Boxes, rowStart: number[], { whole, minWidth }: LayOut): void {
  const { first, order, total } = tree;
  let begin = boxes.count - 1;
  while (begin < boxes.count) {
    const end = boxes.count;
    for (let box = begin; box < end; box += 1) {
      const branch = boxes.branch[box] ?? ground;
      let x = boxes.x[box] ?? 0;
      const last = first[branch + 2] ?? 0;
      for (let at = first[branch + 1] ?? 0; at < last; at += 1) {
        const child = order[at] ?? 0;
        const width = (total[child] ?? 0) / whole;
        if (width > 0 && width >= minWidth) boxes.add(child, x, width, box);
        x += width;
      }
    }
    if (boxes.count > end) rowStart.push(end);
    begin = end;
  }
}

/** Columns that grow. */
class Boxes {
  count = 0;
  branch = new Int32Array(1024);
  x = new Float64Array(1024);
  width = new Float64Array(1024);
  parent = new Int32Array(1024);

  add(branch: number, x: number, width: number, parent: number): void {
    if (this.count === this.branch.length) this.#grow();
    this.branch[this.count] = branch;
    this.x[this.count] = x;
    this.width[this.count] = width;
    this.parent[this.count] = parent;
    this.count += 1;
  }

  columns(): Pick<FlameView, 'count' | 'branch' | 'x' | 'width' | 'parent'> {
    const { count, branch, x, width, parent } = this;
    return { count, branch, x, width, parent };
  }

  #grow(): void {
    const [branch, x, width, parent] = [this.branch, this.x, this.width, this.parent];
    const length = 2 * branch.length;
    this.branch = new Int32Array(length);
    this.x = new Float64Array(length);
    this.width = new Float64Array(length);
    this.parent = new Int32Array(length);
    this.branch.set(branch);
    this.x.set(x);
    this.width.set(width);
    this.parent.set(parent);
  }
}

export function rowsOf({ rowStart }: FlameView): number {
  return rowStart.length - 1;
}

export function rowOf({ rowStart }: FlameView, box: number): number {
  let low = 0;
  let high = rowStart.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((rowStart[middle] ?? 0) <= box) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Box under a point; -1 where there is none. */
export function hitBox({ x: left, width, rowStart }: FlameView, x: number, row: number): number {
  if (row < 0 || row + 1 >= rowStart.length) return -1;
  let low = rowStart[row] ?? 0;
  let high = (rowStart[row + 1] ?? 0) - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const begin = left[middle] ?? 0;
    if (x < begin) high = middle - 1;
    else if (x >= begin + (width[middle] ?? 0)) low = middle + 1;
    else return middle;
  }
  return -1;
}

export type FlameMove = 'caller' | 'callee' | 'left' | 'right';

/** Where the focus goes; it stays where it is when there is nothing in that direction. */
export function moveFocus(view: FlameView, from: number, move: FlameMove): number {
  if (from < 0 || from >= view.count) return view.count > 0 ? view.ancestors : -1;
  if (move === 'caller') return Math.max(0, view.parent[from] ?? -1);
  const row = rowOf(view, from);
  if (move === 'callee') return widestChild(view, from, row + 1) ?? from;
  const place = from + (move === 'left' ? -1 : 1);
  const [begin, end] = [view.rowStart[row] ?? 0, view.rowStart[row + 1] ?? 0];
  return place >= begin && place < end ? place : from;
}

function widestChild(view: FlameView, parent: number, row: number): number | undefined {
  let widest: number | undefined;
  for (let box = view.rowStart[row] ?? view.count; box < (view.rowStart[row + 1] ?? 0); box += 1) {
    if (view.parent[box] !== parent) continue;
    if (widest === undefined || (view.width[box] ?? 0) > (view.width[widest] ?? 0)) widest = box;
  }
  return widest;
}
