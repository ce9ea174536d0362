// Stacks of a simulated profile. In: what the process runs, how many samples. Out: a tree in which its hot functions have
// about their share, with the callers, the callees and the kernel entries that a sampler also meets.
import type { Frame, StackTree } from '../../../shared/model/profile.ts';
import { type Application, applications, type HotPath } from './application.ts';
import type { Random } from './random.ts';

const start: Frame = { function: '_start', module: '' };
const interrupts: readonly string[] = [
  'asm_sysvec_apic_timer_interrupt',
  'sysvec_apic_timer_interrupt',
  'hrtimer_interrupt',
];
const idlePaths: readonly HotPath[] = [
  {
    weight: 5,
    frames: [
      ['main', ''],
      ['epoll_wait', 'libc.so.6'],
      ['do_epoll_wait', '[kernel]'],
    ],
  },
  {
    weight: 2,
    frames: [
      ['main', ''],
      ['event_loop', ''],
      ['read', 'libc.so.6'],
      ['vfs_read', '[kernel]'],
    ],
  },
];
const shareOfInterrupts = 0.012;
const shareAbove = 0.12;

/** The application that starts this program; null for anything else. */
export function applicationOf(name: string): Application | null {
  return applications.find(({ program }) => program.slice(0, 15) === name) ?? null;
}

export function sampleStacks(name: string, samples: number, random: Random): StackTree {
  const paths = applicationOf(name)?.paths ?? idlePaths;
  const builder = new TreeBuilder();
  const weights = paths.map(({ weight }) => weight * random.between(0.8, 1.2));
  for (let left = samples; left > 0; left -= 1) {
    const frames = (paths[random.weighted(weights)] ?? idlePaths[0])?.frames ?? [];
    const stack = [
      { ...start, module: name },
      ...frames.map(([name_, module]) => frameOf(name_, module, name)),
    ];
    // Some samples end in a caller, a few within an interrupt.
    const cut = random.next() < shareAbove ? Math.max(2, stack.length - 1 - random.below(2)) : stack.length;
    const seen = stack.slice(0, cut);
    if (random.next() < shareOfInterrupts)
      seen.push(...interrupts.map((each) => ({ function: each, module: '[kernel]' })));
    builder.add(seen);
  }
  return builder.tree();
}

function frameOf(name: string, module: string, program: string): Frame {
  return { function: name, module: module === '' ? program : module };
}

class TreeBuilder {
  readonly #frames: Frame[] = [];
  readonly #frameIds = new Map<string, number>();
  readonly #nodeIds = new Map<string, number>();
  readonly #parents: number[] = [];
  readonly #nodeFrames: number[] = [];
  readonly #self: number[] = [];

  add(stack: readonly Frame[]): void {
    let node = -1;
    for (const frame of stack) node = this.#child(node, this.#frameId(frame));
    if (node >= 0) this.#self[node] = (this.#self[node] ?? 0) + 1;
  }

  tree(): StackTree {
    return { frames: this.#frames, parents: this.#parents, frameIds: this.#nodeFrames, self: this.#self };
  }

  #frameId(frame: Frame): number {
    const key = `${frame.function}\0${frame.module}`;
    const known = this.#frameIds.get(key);
    if (known !== undefined) return known;
    this.#frameIds.set(key, this.#frames.length);
    return this.#frames.push(frame) - 1;
  }

  #child(parent: number, frameId: number): number {
    const key = `${parent}/${frameId}`;
    const known = this.#nodeIds.get(key);
    if (known !== undefined) return known;
    this.#nodeIds.set(key, this.#parents.length);
    this.#nodeFrames.push(frameId);
    this.#self.push(0);
    return this.#parents.push(parent) - 1;
  }
}
