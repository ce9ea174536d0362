// For tests: trees of stacks like those of real programs, and what a tree says, whatever the order of its nodes.
import {
  type Frame,
  type Profile,
  type RecordedStacks,
  type StackTree,
  untoldProfile,
} from '../../../../shared/model/profile.ts';
import { profileRequest } from '../../../shared/model/some-profile.ts';
import { t0 } from '../open-store.ts';

/** Samples by stack. */
export function foldedOf(tree: StackTree | null): ReadonlyMap<string, number> {
  const stacks: string[] = [];
  const folded = new Map<string, number>();
  for (const [node, parent] of tree?.parents.entries() ?? []) {
    const frame = tree?.frames[tree.frameIds[node] ?? 0];
    const stack = `${parent < 0 ? '' : stacks[parent]}/${JSON.stringify([frame?.function, frame?.module])}`;
    stacks.push(stack);
    const self = tree?.self[node] ?? 0;
    if (self > 0) folded.set(stack, (folded.get(stack) ?? 0) + self);
  }
  return folded;
}

export function sumOf(trees: readonly StackTree[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const tree of trees) {
    for (const [stack, self] of foldedOf(tree)) sums.set(stack, (sums.get(stack) ?? 0) + self);
  }
  return sums;
}

export interface TreeShape {
  readonly samples: number;
  /** Programs with different seeds share no function of their own. */
  readonly program: number;
  readonly run: number;
}

/** Samples of a program that calls some of its functions more often than others. */
export function treeOf({ samples, program, run }: TreeShape): RecordedStacks {
  const random = randomFrom(program * 7919 + run);
  const frames: Frame[] = [];
  const frameNumbers = new Map<string, number>();
  const tree = { frames, parents: [] as number[], frameIds: [] as number[], self: [] as number[] };
  const children = new Map<string, number>();
  for (let sample = 0; sample < samples; sample += 1) {
    let node = -1;
    const depth = 3 + Math.floor(random() * 12);
    for (let level = 0; level < depth; level += 1) {
      const name = `function_${level}_${Math.floor(random() ** 4 * 6)}(double*, int)`;
      const frame =
        frameNumbers.get(name) ?? frames.push({ function: name, module: `program-${program}` }) - 1;
      frameNumbers.set(name, frame);
      const key = `${node} ${frame}`;
      const next = children.get(key) ?? tree.parents.push(node) - 1;
      if (!children.has(key)) {
        children.set(key, next);
        tree.frameIds.push(frame);
        tree.self.push(0);
      }
      node = next;
    }
    tree.self[node] = (tree.self[node] ?? 0) + 1;
  }
  return { ...tree, threads: [], samples: null };
}

/** From 0 to 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x85ebca6b);
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
  };
}

export function finishedProfile(id: string, createdTimeMs = t0): Profile {
  return {
    ...profileRequest({ id }),
    ...untoldProfile,
    node: 'n1',
    nodeCount: 1,
    parentId: null,
    status: 'finished',
    progress: 1,
    createdTimeMs,
    startedTimeMs: createdTimeMs,
    endedTimeMs: createdTimeMs + 30_000,
    samples: 10,
    sampledEvent: 'cpu-clock',
  };
}
