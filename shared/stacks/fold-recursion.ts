// Folds recursion: a function that calls itself, by whatever way, goes on where it stands on the stack already. In: stacks. Out:
// new stacks of the same weight. The time it takes grows with the branches alone, however deep they are.
import { childrenOf, type Stacks } from './stacks.ts';
import { StacksBuilder } from './stacks-builder.ts';

export function foldRecursion(stacks: Stacks): Stacks {
  const children = childrenOf(stacks);
  const folded = new FoldedStack(stacks);
  // A walk without recursion: a branch is entered by its number and left by its complement.
  const steps: number[] = [];
  const push = (branch: number | undefined): void => {
    if (branch !== undefined && branch >= 0) steps.push(branch);
  };
  push(children.first[0]);
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    if (step < 0) {
      folded.leave(~step);
      continue;
    }
    push(children.next[step]);
    folded.enter(step);
    steps.push(~step);
    push(children.first[step + 1]);
  }
  return folded.builder.build();
}

/**
 * The new stack of the branch that is walked. Invariants: `#path` up to `#length` are its new branches, from the ground; a
 * function stands on them once at most, and where it does `#standing` says where; `leave` puts back what `enter` changed.
 */
class FoldedStack {
  readonly builder = new StacksBuilder();
  readonly #stacks: Stacks;
  readonly #numbers: readonly number[];
  readonly #path: Int32Array;
  readonly #standing: Int32Array;
  /** By new branch: its place on the path. */
  readonly #depths: Int32Array;
  #length = 0;
  /** By old branch: what was there before it. */
  readonly #lengths: Int32Array;
  readonly #hidden: Int32Array;
  readonly #replaced: Int32Array;

  constructor(stacks: Stacks) {
    const { frames, parents } = stacks;
    this.#stacks = stacks;
    this.#numbers = frames.map((frame) => this.builder.frame(frame));
    this.#standing = new Int32Array(frames.length + 1).fill(-1);
    this.#path = new Int32Array(parents.length + 1).fill(-1);
    this.#depths = new Int32Array(parents.length + 2);
    this.#lengths = new Int32Array(parents.length);
    this.#hidden = new Int32Array(parents.length);
    this.#replaced = new Int32Array(parents.length);
  }

  enter(branch: number): void {
    const frame = this.#frameOf(branch);
    const known = this.#standing[frame + 1] ?? -1;
    const depth = this.#depths[known] ?? 0;
    this.#lengths[branch] = this.#length;
    const isOnPath = known >= 0 && depth < this.#length && this.#path[depth] === known;
    const place = isOnPath ? known : this.builder.branch(this.#top, frame);
    this.builder.add(place, this.#stacks.self[branch] ?? 0);
    if (isOnPath) {
      this.#length = depth + 1;
      this.#replaced[branch] = stays;
      return;
    }
    this.#hidden[branch] = this.#path[this.#length] ?? -1;
    this.#replaced[branch] = known;
    this.#path[this.#length] = place;
    this.#depths[place] = this.#length;
    this.#standing[frame + 1] = place;
    this.#length += 1;
  }

  leave(branch: number): void {
    this.#length = this.#lengths[branch] ?? 0;
    const replaced = this.#replaced[branch] ?? stays;
    if (replaced === stays) return;
    this.#path[this.#length] = this.#hidden[branch] ?? -1;
    this.#standing[this.#frameOf(branch) + 1] = replaced;
  }

  get #top(): number {
    return this.#length === 0 ? -1 : (this.#path[this.#length - 1] ?? -1);
  }

  /** -1: there is no room for it. */
  #frameOf(branch: number): number {
    return this.#numbers[this.#stacks.frameIds[branch] ?? 0] ?? -1;
  }
}

/** Nothing stands in its place. */
const stays = -2;
