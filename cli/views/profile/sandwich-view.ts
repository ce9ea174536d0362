// A function between its callers and what it calls: callers above it, the nearest nearest, callees below. In: stacks and the
// function's number. Out: lines, or rows for programs.
import { calleesOf, callersOf, weighFunctions } from '../../../shared/stacks/functions.ts';
import { outermostCalls, type Stacks } from '../../../shared/stacks/stacks.ts';
import type { Say } from '../../language/language.ts';
import type { StyledLine } from '../../output/styled-text.ts';
import { type CallLine, callTreeLines } from '../call-tree.ts';
import { functionLine, headingLine, type Place, remarkLine } from './function-line.ts';
import { BranchWalk, type StackBranch } from './stack-branches.ts';

export interface Sandwich {
  readonly of: Place & { readonly self: number; readonly total: number };
  readonly callers: readonly CallLine<StackBranch>[];
  readonly callees: readonly CallLine<StackBranch>[];
  /** Of a branch in its half; 1: next to the function. */
  readonly distance: (half: 'callers' | 'callees', branch: StackBranch) => number;
}

export interface SandwichOptions {
  readonly frame: number;
  readonly min: number;
  readonly halves: { readonly callers: boolean; readonly callees: boolean };
}

export function sandwich(stacks: Stacks, { frame, min, halves }: SandwichOptions): Sandwich {
  const isOutermost = outermostCalls(stacks);
  const weights = weighFunctions(stacks, isOutermost);
  const trees = {
    callers: callersOf(stacks, frame, isOutermost),
    callees: calleesOf(stacks, frame, isOutermost),
  };
  const half = (name: 'callers' | 'callees'): CallLine<StackBranch>[] => {
    if (!halves[name]) return [];
    const walk = new BranchWalk(trees[name], stacks.weight);
    const around = walk.roots.flatMap((root) => walk.childrenOf(root));
    // Of the function: one that is seldom called has callers, too.
    const least = (min * (weights.total[frame] ?? 0)) / stacks.weight;
    return callTreeLines(around, { childrenOf: (branch) => walk.childrenOf(branch), min: least });
  };
  const { function: name = '', module = '' } = stacks.frames[frame] ?? {};
  return {
    of: {
      function: name,
      module,
      self: (weights.self[frame] ?? 0) / stacks.weight,
      total: (weights.total[frame] ?? 0) / stacks.weight,
    },
    callers: half('callers'),
    callees: half('callees'),
    distance: (name, { branch }) => trees[name].depths[branch] ?? 0,
  };
}

export function sandwichLines(
  { of, callers, callees }: Sandwich,
  { width, say }: { readonly width: number | undefined; readonly say: Say },
): StyledLine[] {
  const line = ({ branch, drawing, omitted }: CallLine<StackBranch>): StyledLine =>
    branch === null
      ? remarkLine(2, drawing, say('fact.more', { count: omitted }))
      : functionLine({
          shares: [branch.total, branch.total / of.total],
          drawing,
          place: branch,
          style: 'plain',
          width,
        });
  return [
    headingLine([say('header.total'), say('header.ofIt')], say('header.function')),
    ...callers.map((each) => line({ ...each, drawing: turned(each.drawing) })).reverse(),
    functionLine({ shares: [of.total, 1], drawing: '', place: of, style: 'accent', width }),
    ...(of.self > 0 && callees.length > 0
      ? [
          functionLine({
            shares: [of.self, of.self / of.total],
            drawing: '├─ ',
            place: { function: say('fact.itself'), module: '' },
            style: 'dim',
            width,
          }),
        ]
      : []),
    ...callees.map(line),
  ];
}

/** Upside down. */
function turned(drawing: string): string {
  return drawing.replaceAll('└', '┌').replaceAll('↳', '↱');
}
