// How much of two recordings of the same program can be believed. In: stacks by frame pointers, stacks by DWARF. Out: the share
// of each whose stacks are whole: they reach the begin of their thread, and no caller is missing between two frames.
// A caller is missing where DWARF always has others between the two. Stacks within the kernel alone are left out.
import type { Frame, StackTree } from '../../../shared/model/profile.ts';

/** What the C library, Go and musl begin threads with. */
const begins: ReadonlySet<string> = new Set(
  (
    '_start _start_c __libc_start_main __libc_start_call_main generic_start_main clone clone3 __clone __clone3 ' +
    '__clone_internal start_thread thread_start runtime.goexit runtime.goexit.abi0 runtime.mstart runtime.rt0_go ' +
    'runtime.mcall runtime.systemstack'
  ).split(' '),
);
/** Where a begin has no name: libraries that begin threads. */
const beginners = /^(ld-|ld64|libc[.-]|libpthread[.-]|libmusl)/;
/** Of the begin, which frames of DWARF may be the last that frame pointers find. */
const nearBegin = 3;
const kernel = '[kernel]';
const unknown = '[unknown]';

export interface WholeShares {
  /** 0 to 1; 0 where there is nothing to judge. */
  readonly framePointers: number;
  readonly dwarf: number;
}

interface Stack {
  /** Numbers of frames by name and module, leaf first, the kernel's left out. */
  readonly frames: readonly string[];
  readonly isWhole: boolean;
  readonly weight: number;
}

export function wholeShares(framePointers: StackTree, dwarf: StackTree): WholeShares {
  const right = stacksOf(dwarf);
  const known = new KnownCallers(right);
  return {
    dwarf: shareOf(right, (stack) => stack.isWhole),
    framePointers: shareOf(
      stacksOf(framePointers),
      (stack) => (stack.isWhole || known.isNearBegin(stack)) && !known.lacksCaller(stack),
    ),
  };
}

function shareOf(stacks: readonly Stack[], isGood: (stack: Stack) => boolean): number {
  let all = 0;
  let good = 0;
  for (const stack of stacks) {
    all += stack.weight;
    if (isGood(stack)) good += stack.weight;
  }
  return all === 0 ? 0 : good / all;
}

/** What stacks by DWARF say of callers. */
class KnownCallers {
  readonly #direct = new Set<string>();
  readonly #further = new Set<string>();
  readonly #nearBegin = new Set<string>();

  constructor(stacks: readonly Stack[]) {
    for (const { frames, isWhole } of stacks) {
      if (isWhole) for (const frame of frames.slice(-nearBegin)) this.#nearBegin.add(frame);
      frames.forEach((frame, place) => {
        const [caller, ...others] = frames.slice(place + 1);
        if (caller !== undefined) this.#direct.add(`${frame}\n${caller}`);
        for (const other of others) this.#further.add(`${frame}\n${other}`);
      });
    }
  }

  isNearBegin({ frames }: Stack): boolean {
    return this.#nearBegin.has(frames.at(-1) ?? '');
  }

  lacksCaller({ frames }: Stack): boolean {
    return frames.some((frame, place) => {
      const pair = `${frame}\n${frames[place + 1]}`;
      return this.#further.has(pair) && !this.#direct.has(pair);
    });
  }
}

function stacksOf(tree: StackTree): Stack[] {
  const stacks: Stack[] = [];
  tree.self.forEach((weight, node) => {
    if (weight === 0) return;
    const frames = framesOf(tree, node).filter(({ module }) => module !== kernel && module !== '[vdso]');
    const root = frames.at(-1);
    if (root === undefined) return;
    stacks.push({ frames: frames.map(nameOf), isWhole: isBegin(root), weight });
  });
  return stacks;
}

function framesOf(tree: StackTree, leaf: number): Frame[] {
  const frames: Frame[] = [];
  for (let node = leaf; node >= 0; node = tree.parents[node] ?? -1) {
    const frame = tree.frames[tree.frameIds[node] ?? -1];
    if (frame !== undefined) frames.push(frame);
  }
  return frames;
}

function nameOf({ function: name, module }: Frame): string {
  return `${name}\t${module}`;
}

function isBegin({ function: name, module }: Frame): boolean {
  return name === unknown ? beginners.test(module) : begins.has(name);
}
