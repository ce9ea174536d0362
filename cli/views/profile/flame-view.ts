// A flame graph in characters: a line for each level, a box for each function, its width its share. In: stacks. Out: lines,
// the outermost function below (flame) or above (icicle). Boxes of less than a cell are left out.
// Where there are colours they say the class of work; where there are none, boxes begin with a bar.
import { formatRatio } from '../../../shared/format.ts';
import type { Stacks } from '../../../shared/stacks/stacks.ts';
import { visible } from '../../../shared/text.ts';
import type { Say } from '../../language/language.ts';
import { cellWidth, cutToWidth, padToWidth } from '../../output/cell-width.ts';
import { classPaint, type Paint } from '../../output/palette.ts';
import { type Piece, painted, piece, type StyledLine } from '../../output/styled-text.ts';
import { BranchWalk, type StackBranch } from './stack-branches.ts';
import type { StackLook } from './stack-look.ts';

export interface FlameLook extends StackLook {
  readonly width: number;
  readonly manyColors: boolean;
  readonly root: 'above' | 'below';
}

export interface Box {
  /** Cells: first, and the one after the last. */
  readonly left: number;
  readonly right: number;
  readonly branch: StackBranch | null;
}

/** What of a box is not said by its place. */
export interface BoxLook {
  readonly paintOf: (branch: StackBranch | null, shade: 0 | 1) => Paint;
  /** Behind its name. */
  readonly figureOf: (branch: StackBranch | null) => string;
  readonly isFound: (branch: StackBranch | null) => boolean;
}

export function flameLines(stacks: Stacks, look: FlameLook, say: Say): StyledLine[] {
  const { classes, isFound } = look;
  return drawFlame(stacks, look, {
    allName: say('fact.all'),
    paintOf: (branch, shade) => classPaint(branch === null ? '' : (classes[branch.frame] ?? ''), shade),
    figureOf: (branch) => formatRatio(branch?.total ?? 1),
    isFound: (branch) => branch !== null && isFound?.[branch.frame] === true,
  });
}

export function drawFlame(
  stacks: Stacks,
  { width, min, root, manyColors }: Pick<FlameLook, 'width' | 'min' | 'root' | 'manyColors'>,
  look: BoxLook & { readonly allName: string },
): StyledLine[] {
  const lines = boxRows(stacks, width, min).map((boxes) => {
    const pieces: Piece[] = [];
    let cell = 0;
    for (const [order, box] of boxes.entries()) {
      if (box.left > cell) pieces.push(piece(gapText(box.left - cell, cell > 0 && !manyColors)));
      pieces.push(boxPiece(box, { ...look, manyColors, shade: order % 2 === 0 ? 0 : 1 }));
      cell = box.right;
    }
    // Where there are no colours, the end of the last box is not seen otherwise.
    if (cell < width && !manyColors) pieces.push(piece(gapText(1, true)));
    return pieces;
  });
  return root === 'above' ? lines : lines.reverse();
}

function gapText(cells: number, isEdge: boolean): string {
  return (isEdge ? '│' : ' ') + ' '.repeat(cells - 1);
}

interface BoxDrawing extends BoxLook {
  readonly allName: string;
  readonly manyColors: boolean;
  readonly shade: 0 | 1;
}

function boxPiece(box: Box, look: BoxDrawing): Piece {
  const { branch, left, right } = box;
  const isFound = look.isFound(branch);
  const room = right - left;
  const edge = look.manyColors && !isFound ? '' : isFound ? '»' : '│';
  const name = branch === null ? look.allName : visible(branch.function);
  const figure = look.figureOf(branch);
  const both = `${name} ${figure}`;
  const inside = room - cellWidth(edge);
  // A blank keeps a name from running into its neighbour's.
  const fitting = cellWidth(both) < inside ? both : inside > 3 ? cutToWidth(name, inside - 1) : '';
  const text = padToWidth(edge + fitting, room, 'left');
  return painted(text, look.paintOf(branch, look.shade), isFound ? 'warning' : 'plain');
}

/** Level by level; a box lies within the one that called it, the largest first. */
export function boxRows(stacks: Stacks, width: number, min: number): Box[][] {
  const walk = new BranchWalk(stacks);
  const rows: Box[][] = [[{ left: 0, right: width, branch: null }]];
  let level: Placed[] = placed(walk.roots, 0);
  while (level.length > 0) {
    const seen = level
      .map(({ branch, x }) => ({
        x,
        branch,
        left: Math.round(x * width),
        right: Math.round((x + branch.total) * width),
      }))
      .filter(({ branch, left, right }) => right > left && branch.total >= min);
    if (seen.length > 0) rows.push(seen.map(({ left, right, branch }) => ({ left, right, branch })));
    level = seen.flatMap(({ branch, x }) => placed(walk.childrenOf(branch), x));
  }
  return rows;
}

interface Placed {
  readonly branch: StackBranch;
  /** Share of all that lies left of it. */
  readonly x: number;
}

function placed(branches: readonly StackBranch[], left: number): Placed[] {
  let x = left;
  return branches
    .toSorted((a, b) => b.total - a.total)
    .map((branch) => {
      const place = { branch, x };
      x += branch.total;
      return place;
    });
}
