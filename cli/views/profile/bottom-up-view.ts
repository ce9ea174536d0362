// Hot functions: what ended in each of them first, and who called it. In: stacks. Out: lines, or rows for programs.
import { callersOf, hottestFunctions, weighFunctions } from '../../../shared/stacks/functions.ts';
import { outermostCalls, type Stacks } from '../../../shared/stacks/stacks.ts';
import type { Say } from '../../language/language.ts';
import type { StyledLine } from '../../output/styled-text.ts';
import { type CallLine, callTreeLines, joinChains } from '../call-tree.ts';
import { functionLine, headingLine, type Place, remarkLine } from './function-line.ts';
import { BranchWalk, type StackBranch } from './stack-branches.ts';
import type { StackLook } from './stack-look.ts';

/** Functions with callers: each costs a walk over all branches. */
const mostRows = 2000;
const warmest = 10;

export interface HotRow {
  readonly function: string;
  readonly module: string;
  readonly class: string;
  readonly self: number;
  readonly total: number;
  readonly frame: number;
}

/** Those that were searched for, where something was. */
export function hotRows(stacks: Stacks, { classes, isFound }: StackLook): HotRow[] {
  const weights = weighFunctions(stacks);
  return hottestFunctions(weights, stacks.frames.length)
    .filter((frame) => isFound === null || isFound[frame] === true)
    .map((frame) => ({
      function: stacks.frames[frame]?.function ?? '',
      module: stacks.frames[frame]?.module ?? '',
      class: classes[frame] ?? '',
      self: (weights.self[frame] ?? 0) / stacks.weight,
      total: (weights.total[frame] ?? 0) / stacks.weight,
      frame,
    }));
}

/** Whom to show: who takes time by itself, or, of those that were searched for, at all. */
export function shownRows(rows: readonly HotRow[], { min, isFound }: StackLook): HotRow[] {
  const share = ({ self, total }: HotRow): number => (isFound === null ? self : total);
  const shown = rows.filter((row) => share(row) > 0 && share(row) >= min).slice(0, mostRows);
  // Where nothing is hot, the warmest are better than an empty page.
  return shown.length > 0 ? shown : rows.filter((row) => share(row) > 0).slice(0, warmest);
}

export interface CallerRow {
  readonly depth: number;
  readonly function: string;
  readonly module: string;
  readonly total: number;
}

/** The callers of each, nearest first; a caller's callers follow it. */
export function callerRows(stacks: Stacks, frames: readonly number[], min: number): CallerRow[][] {
  const isOutermost = outermostCalls(stacks);
  return frames.map((frame) => {
    const depths = new Map<number, number>();
    const { lines, walk } = callersLines(stacks, { frame, min, isOutermost });
    return lines.flatMap(({ branch }) => {
      if (branch === null) return [];
      const depth = depths.get(branch.branch) ?? 1;
      for (const caller of walk.childrenOf(branch)) depths.set(caller.branch, depth + 1);
      return [{ depth, function: branch.function, module: branch.module, total: branch.total }];
    });
  });
}

export function bottomUpLines(stacks: Stacks, look: StackLook, say: Say): StyledLine[] {
  const { min, isFound, width } = look;
  const rows = hotRows(stacks, look);
  const hot = shownRows(rows, look);
  const omitted = rows.length - hot.length;
  const isOutermost = outermostCalls(stacks);
  return [
    headingLine([say('header.self'), say('header.total')], say('header.function')),
    ...hot.flatMap((row) => [
      functionLine({ shares: [row.self, row.total], drawing: '', place: row, style: 'strong', width }),
      ...joinChains(
        callersLines(stacks, { frame: row.frame, min: leastCaller(row, min), isOutermost }).lines,
      ).map(({ line, chain }) =>
        line.branch === null
          ? remarkLine(2, line.drawing, say('fact.more', { count: line.omitted }))
          : functionLine({
              shares: [null, line.branch.total],
              drawing: line.drawing,
              place: withCallers(line.branch, chain),
              style: 'plain',
              width,
            }),
      ),
    ]),
    ...(omitted === 0 || isFound !== null ? [] : [remarkLine(2, '', say('fact.more', { count: omitted }))]),
  ];
}

/** Of a function, to be worth a line of its own. */
const callerShare = 0.05;

function leastCaller({ total }: HotRow, min: number): number {
  return min === 0 ? 0 : Math.max(min, total * callerShare);
}

/** 'run ← main': callers of callers that are the only ones need no lines of their own. */
function withCallers({ function: name, module }: StackBranch, chain: readonly StackBranch[]): Place {
  return { function: [name, ...chain.map((caller) => caller.function)].join(' ← '), module };
}

function callersLines(
  stacks: Stacks,
  {
    frame,
    min,
    isOutermost,
  }: { readonly frame: number; readonly min: number; readonly isOutermost: Uint8Array },
): { readonly lines: CallLine<StackBranch>[]; readonly walk: BranchWalk } {
  const walk = new BranchWalk(callersOf(stacks, frame, isOutermost), stacks.weight);
  const callers = walk.roots.flatMap((root) => walk.childrenOf(root));
  return { lines: callTreeLines(callers, { childrenOf: (branch) => walk.childrenOf(branch), min }), walk };
}
