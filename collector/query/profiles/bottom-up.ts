// In: merged stacks. Out: the functions, hottest first, each with its callers as an inverted tree of shares.
// A sample counts once for a function however often it stands on the stack: at its outermost place there.
// Bounds: 2,000 rows, callers 32 levels deep, none below 0.1 % of all samples, 20,000 callers in all. Callers are
// spent level by level, so that every row gets its nearest ones first.
import type { Caller, HotFunction } from '../../../shared/api/profile.ts';
import { childrenOf, type MergedStacks } from './merged-stacks.ts';

export const bottomUpLimits = { rows: 2000, depth: 32, minShare: 0.001, callers: 20_000 } as const;

/** Branches from which the walk to the root goes on, each with the samples that came through it. */
type Places = ReadonlyMap<number, number>;

interface Walk {
  readonly callers: Caller[];
  readonly places: Places;
  readonly depth: number;
}

export function bottomUpTable(stacks: MergedStacks): HotFunction[] {
  if (stacks.samples === 0) return [];
  const self = new Map<number, number>();
  for (const [branch, frame] of stacks.frameIds.entries()) {
    self.set(frame, (self.get(frame) ?? 0) + (stacks.self[branch] ?? 0));
  }
  const rows: { row: HotFunction; walk: Walk }[] = [];
  for (const [frame, branches] of outermostPlaces(stacks)) {
    const places = new Map(branches.map((branch) => [branch, stacks.total[branch] ?? 0]));
    const total = [...places.values()].reduce((sum, samples) => sum + samples, 0);
    if (total === 0) continue;
    const callers: Caller[] = [];
    const row = { ...nameOf(stacks, frame), ...shares(stacks, self.get(frame) ?? 0, total), callers };
    rows.push({ row, walk: { callers, places, depth: 1 } });
  }
  rows.sort((a, b) => b.row.self - a.row.self || b.row.total - a.row.total);
  rows.length = Math.min(rows.length, bottomUpLimits.rows);
  fillCallers(
    stacks,
    rows.map(({ walk }) => walk),
  );
  return rows.map(({ row }) => row);
}

function shares(stacks: MergedStacks, self: number, total: number): { self: number; total: number } {
  return { self: self / stacks.samples, total: total / stacks.samples };
}

function nameOf(stacks: MergedStacks, frame: number): { function: string; module: string } {
  return { function: stacks.frames[frame]?.function ?? '', module: stacks.frames[frame]?.module ?? '' };
}

/** Branches of each frame below which the same frame does not stand again. Walks without recursion. */
function outermostPlaces(stacks: MergedStacks): Map<number, number[]> {
  const children = childrenOf(stacks);
  const places = new Map<number, number[]>();
  const onStack = new Map<number, number>();
  const todo: { branch: number; leave: boolean }[] = [];
  const enter = (branch: number): void => void todo.push({ branch, leave: false });
  for (const branch of children.get(-1) ?? []) enter(branch);
  for (let step = todo.pop(); step !== undefined; step = todo.pop()) {
    const frame = stacks.frameIds[step.branch] ?? 0;
    const times = onStack.get(frame) ?? 0;
    onStack.set(frame, step.leave ? times - 1 : times + 1);
    if (step.leave) continue;
    if (times === 0) {
      const known = places.get(frame);
      if (known) known.push(step.branch);
      else places.set(frame, [step.branch]);
    }
    todo.push({ branch: step.branch, leave: true });
    for (const child of children.get(step.branch) ?? []) enter(child);
  }
  return places;
}

/** Works off one queue for all rows: a level is finished before the next one begins. */
function fillCallers(stacks: MergedStacks, queue: Walk[]): void {
  let left: number = bottomUpLimits.callers;
  for (let index = 0; index < queue.length && left > 0; index += 1) {
    const walk = queue[index];
    if (walk === undefined) break;
    for (const { frame, places, samples } of groupByCaller(stacks, walk).slice(0, left)) {
      const callers: Caller[] = [];
      walk.callers.push({ ...nameOf(stacks, frame), total: samples / stacks.samples, callers });
      left -= 1;
      if (walk.depth < bottomUpLimits.depth) queue.push({ callers, places, depth: walk.depth + 1 });
    }
  }
}

interface CallerGroup {
  readonly frame: number;
  readonly places: Map<number, number>;
  samples: number;
}

/** One step towards the root; callers with too few samples are left out, the largest comes first. */
function groupByCaller(stacks: MergedStacks, walk: Walk): CallerGroup[] {
  const groups = new Map<number, CallerGroup>();
  for (const [place, samples] of walk.places) {
    const branch = stacks.parents[place] ?? -1;
    if (branch < 0) continue;
    const frame = stacks.frameIds[branch] ?? 0;
    const group = groups.get(frame) ?? { frame, places: new Map<number, number>(), samples: 0 };
    group.places.set(branch, (group.places.get(branch) ?? 0) + samples);
    group.samples += samples;
    groups.set(frame, group);
  }
  const least = stacks.samples * bottomUpLimits.minShare;
  const large = [...groups.values()].filter((group) => group.samples > 0 && group.samples >= least);
  return large.sort((a, b) => b.samples - a.samples);
}
