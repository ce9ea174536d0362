// Stacks as a test writes them: 'main;solve;dot' → samples. A frame may carry its module: 'read@[kernel]'.
import {
  type Frame,
  type Profile,
  type StackTree,
  untoldProfile,
  usualProfile,
} from '../../../../shared/model/profile.ts';
import { wholeProcess } from '../../../shared/model/whole-process.ts';

export function stackTree(stacks: Readonly<Record<string, number>>): StackTree {
  const frames: Frame[] = [];
  const parents: number[] = [];
  const frameIds: number[] = [];
  const self: number[] = [];
  const frameId = (text: string): number => {
    const [name = '', module = 'app'] = text.split('@');
    const known = frames.findIndex((frame) => frame.function === name && frame.module === module);
    return known >= 0 ? known : frames.push({ function: name, module }) - 1;
  };
  for (const [stack, samples] of Object.entries(stacks)) {
    let parent = -1;
    for (const text of stack.split(';')) {
      const frame = frameId(text);
      let node = parents.findIndex((above, index) => above === parent && frameIds[index] === frame);
      if (node < 0) {
        node = parents.push(parent) - 1;
        frameIds.push(frame);
        self.push(0);
      }
      parent = node;
    }
    self[parent] = (self[parent] ?? 0) + samples;
  }
  return { frames, parents, frameIds, self };
}

/** One stack of `depth` frames, each calling the next: f0 → f1 → …, or always the same function. */
export function deepStack(depth: number, options: { recursive: boolean }): StackTree {
  const frames = options.recursive
    ? [{ function: 'recurse', module: 'app' }]
    : Array.from({ length: depth }, (_, index) => ({ function: `f${index}`, module: 'app' }));
  return {
    frames,
    parents: Array.from({ length: depth }, (_, index) => index - 1),
    frameIds: Array.from({ length: depth }, (_, index) => (options.recursive ? 0 : index)),
    self: Array.from({ length: depth }, (_, index) => (index === depth - 1 ? 10 : 0)),
  };
}

export const finishedProfile: Profile = {
  ...usualProfile,
  ...untoldProfile,
  id: '0198f0a0-0000-7000-8000-000000000001',
  node: 'n001',
  nodeCount: 1,
  parentId: null,
  target: wholeProcess(4711, 1_800_000_000_000),
  durationMs: 30_000,
  frequencyHz: 100,
  status: 'finished',
  progress: 1,
  createdTimeMs: 1_800_000_100_000,
  startedTimeMs: 1_800_000_101_000,
  endedTimeMs: 1_800_000_131_000,
  samples: 100,
  lost: 2,
  sampledEvent: 'cpu-clock',
  process: {
    pid: 4711,
    startTimeMs: 1_800_000_000_000,
    name: 'solver',
    command: './solver --big',
    user: 'ada',
  },
};
