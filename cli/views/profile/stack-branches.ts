// Stacks as a tree to walk and to draw. In: columns. Out: branches with names and shares, made when they are asked for.
import { type Children, childrenOf, type Stacks } from '../../../shared/stacks/stacks.ts';

export interface StackBranch {
  readonly function: string;
  readonly module: string;
  readonly frame: number;
  readonly branch: number;
  /** Shares, 0 to 1. */
  readonly self: number;
  readonly total: number;
}

/** Invariants: branches have shares of `weight`, whatever of it these stacks are. */
export class BranchWalk {
  readonly #stacks: Stacks;
  readonly #children: Children;
  readonly #weight: number;

  constructor(stacks: Stacks, weight = stacks.weight) {
    this.#stacks = stacks;
    this.#children = childrenOf(stacks);
    this.#weight = Math.max(weight, Number.MIN_VALUE);
  }

  /** Those on the ground. */
  get roots(): StackBranch[] {
    return this.#list(this.#children.first[0] ?? -1);
  }

  childrenOf({ branch }: StackBranch): StackBranch[] {
    return this.#list(this.#children.first[branch + 1] ?? -1);
  }

  #list(first: number): StackBranch[] {
    const list: StackBranch[] = [];
    for (let branch = first; branch >= 0; branch = this.#children.next[branch] ?? -1) {
      list.push(this.#branch(branch));
    }
    return list;
  }

  #branch(branch: number): StackBranch {
    const { frames, frameIds, self, total } = this.#stacks;
    const frame = frameIds[branch] ?? 0;
    return {
      function: frames[frame]?.function ?? '',
      module: frames[frame]?.module ?? '',
      frame,
      branch,
      self: (self[branch] ?? 0) / this.#weight,
      total: (total[branch] ?? 0) / this.#weight,
    };
  }
}
