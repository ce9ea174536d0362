// Stacks as a picture wants them: the branches on each branch in one row of numbers, the heaviest first and what was cut off
// last, and a word for each branch that stays the same when other samples are chosen. In: columns. Out: columns; no object
// for a branch, so that 200,000 of them cost some milliseconds. Pure.
import type { Frame } from '../../../shared/model/profile.ts';
import { restFrame } from '../../../shared/stacks/stacks.ts';

export interface TreeColumns {
  readonly frames: readonly Frame[];
  readonly parents: Int32Array;
  readonly frameIds: Int32Array;
  /** By branch; what lies on the ground together is `weight`. */
  readonly total: Float64Array;
  readonly weight: number;
}

export interface FlameTree extends TreeColumns {
  /** Branches on branch i: `order[first[i + 1]]` to before `order[first[i + 2]]`; those of the ground begin at `first[0]`. */
  readonly first: Int32Array;
  readonly order: Int32Array;
}

/** What all stands on. */
export const ground = -1;

export function orderTree(columns: TreeColumns): FlameTree {
  const { parents, frameIds, frames, total } = columns;
  const first = new Int32Array(parents.length + 2);
  for (let branch = 0; branch < parents.length; branch += 1) {
    const place = (parents[branch] ?? ground) + 2;
    first[place] = (first[place] ?? 0) + 1;
  }
  for (let place = 1; place < first.length; place += 1) {
    first[place] = (first[place] ?? 0) + (first[place - 1] ?? 0);
  }
  const next = first.slice();
  const order = new Int32Array(parents.length);
  for (let branch = 0; branch < parents.length; branch += 1) {
    const place = (parents[branch] ?? ground) + 1;
    const at = next[place] ?? 0;
    order[at] = branch;
    next[place] = at + 1;
  }
  const isRest = frames.map((frame) => frame.function === restFrame.function && frame.module === '');
  const rank = (branch: number): number =>
    isRest[frameIds[branch] ?? 0] === true ? -1 : (total[branch] ?? 0);
  for (let place = 0; place + 1 < first.length; place += 1) {
    const [begin, end] = [first[place] ?? 0, first[place + 1] ?? 0];
    if (end - begin > 1) order.subarray(begin, end).sort((a, b) => rank(b) - rank(a) || a - b);
  }
  return { ...columns, first, order };
}

export function childrenIn({ first, order }: FlameTree, branch: number): Int32Array {
  return order.subarray(first[branch + 1] ?? 0, first[branch + 2] ?? 0);
}

/** Branches from the ground's first to the given one, both included. */
export function branchPath({ parents }: Pick<TreeColumns, 'parents'>, branch: number): number[] {
  const path: number[] = [];
  for (let at = branch; at >= 0; at = parents[at] ?? ground) path.push(at);
  return path.reverse();
}

/** A short word for a branch, made of the names from the ground to it: it fits into an address. */
export function branchWord(tree: TreeColumns, branch: number): string {
  let word = startWord;
  for (const at of branchPath(tree, branch)) word = nextWord(word, wordOf(tree, at));
  return writeWord(word);
}

/** The branch with that word; the ground when there is none. One walk over all branches. */
export function findBranch(tree: TreeColumns, word: string): number {
  const { parents, frames } = tree;
  const ofFrame = frames.map(({ function: name, module }) => hashOf(`${name}\0${module}`));
  const words: (readonly [number, number])[] = [];
  for (let branch = 0; branch < parents.length; branch += 1) {
    const parent = parents[branch] ?? ground;
    const below = parent < 0 ? startWord : (words[parent] ?? startWord);
    const here = nextWord(below, ofFrame[tree.frameIds[branch] ?? 0] ?? 0);
    if (writeWord(here) === word) return branch;
    words.push(here);
  }
  return ground;
}

type Word = readonly [number, number];
const startWord: Word = [0x811c9dc5, 0x1b873593];

function wordOf({ frames, frameIds }: TreeColumns, branch: number): number {
  const { function: name = '', module = '' } = frames[frameIds[branch] ?? 0] ?? {};
  return hashOf(`${name}\0${module}`);
}

function nextWord([a, b]: Word, frame: number): Word {
  return [Math.imul(a ^ frame, 0x01000193) >>> 0, Math.imul((b + frame) | 0, 0x85ebca6b) >>> 0];
}

function writeWord([a, b]: Word): string {
  return `${a.toString(36)}.${b.toString(36)}`;
}

/** FNV-1a: short names that differ in one letter get different places. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
