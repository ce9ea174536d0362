// In: stacks. Out: the functions, hottest first, each with its callers as an inverted tree of shares.
// A sample counts once for a function however often it stands on the stack: at its outermost place there.
// Bounds: 2,000 rows, callers 32 levels deep, none below 0.1 % of all samples, 20,000 callers in all. Callers are
// spent level by level, so that every row gets its nearest ones first.
import type { Caller, HotFunction } from '../../../shared/api/profile.ts';
import { hottestFunctions, weighFunctions } from '../../../shared/stacks/functions.ts';
import { outermostCalls, type Stacks } from '../../../shared/stacks/stacks.ts';

export const bottomUpLimits = { rows: 2000, depth: 32, minShare: 0.001, callers: 20_000 } as const;

/** Branches from which the walk to the root goes on, each with the samples that came through it. */
type Places = ReadonlyMap<number, number>;

interface Walk {
  readonly callers: Caller[];
  readonly places: Places;
  readonly depth: number;
}

export function bottomUpTable(stacks: Stacks): HotFunction[] {
  if (stacks.weight === 0) return [];
  const isOutermost = outermostCalls(stacks);
  const weights = weighFunctions(stacks, isOutermost);
  const placesOf = outermostPlaces(stacks, isOutermost);
  const walks: Walk[] = [];
  const rows = hottestFunctions(weights, bottomUpLimits.rows).map((frame) => {
    const callers: Caller[] = [];
    walks.push({ callers, places: placesOf.get(frame) ?? new Map(), depth: 1 });
    const [self, total] = [weights.self[frame] ?? 0, weights.total[frame] ?? 0];
    return { ...nameOf(stacks, frame), ...shares(stacks, self, total), callers };
  });
  fillCallers(stacks, walks);
  return rows;
}

function shares(stacks: Stacks, self: number, total: number): { self: number; total: number } {
  return { self: self / stacks.weight, total: total / stacks.weight };
}

function nameOf(stacks: Stacks, frame: number): { function: string; module: string } {
  return { function: stacks.frames[frame]?.function ?? '', module: stacks.frames[frame]?.module ?? '' };
}

/** The outermost calls of each frame, with what lies on them. */
function outermostPlaces(stacks: Stacks, isOutermost: Uint8Array): ReadonlyMap<number, Places> {
  const places = new Map<number, Map<number, number>>();
  for (const [branch, frame] of stacks.frameIds.entries()) {
    if (isOutermost[branch] === 0) continue;
    const known = places.get(frame) ?? new Map<number, number>();
    places.set(frame, known.set(branch, stacks.total[branch] ?? 0));
  }
  return places;
}

/** Works off one queue for all rows: a level is finished before the next one begins. */
function fillCallers(stacks: Stacks, queue: Walk[]): void {
  let left: number = bottomUpLimits.callers;
  for (let index = 0; index < queue.length && left > 0; index += 1) {
    const walk = queue[index];
    if (walk === undefined) break;
    for (const { frame, places, samples } of groupByCaller(stacks, walk).slice(0, left)) {
      const callers: Caller[] = [];
      walk.callers.push({ ...nameOf(stacks, frame), total: samples / stacks.weight, callers });
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
function groupByCaller(stacks: Stacks, walk: Walk): CallerGroup[] {
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
  const least = stacks.weight * bottomUpLimits.minShare;
  const large = [...groups.values()].filter((group) => group.samples > 0 && group.samples >= least);
  return large.sort((a, b) => b.samples - a.samples);
}
