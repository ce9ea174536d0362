// The call tree: from the outermost function down to where the time goes. In: stacks. Out: lines, or rows for programs.
import type { Stacks } from '../../../shared/stacks/stacks.ts';
import type { Say } from '../../language/language.ts';
import type { StyledLine } from '../../output/styled-text.ts';
import { type CallLine, callTreeLines } from '../call-tree.ts';
import { functionLine, headingLine, remarkLine } from './function-line.ts';
import { BranchWalk, type StackBranch } from './stack-branches.ts';
import type { StackLook } from './stack-look.ts';

/** What a function takes by itself to stand out. */
const strongShare = 0.05;

export function topDownLines(stacks: Stacks, look: StackLook, say: Say): StyledLine[] {
  const { isFound, width } = look;
  const all = { function: say('fact.all'), module: '' };
  return [
    headingLine([say('header.total'), say('header.self')], say('header.function')),
    functionLine({ shares: [1, 0], drawing: '', place: all, style: 'strong', width }),
    ...linesOf(new BranchWalk(stacks), look.min).map(({ branch, drawing, omitted }) =>
      branch === null
        ? remarkLine(2, drawing, say('fact.more', { count: omitted }))
        : functionLine({
            shares: [branch.total, branch.self],
            drawing,
            place: branch,
            style: branch.self >= strongShare ? 'strong' : 'plain',
            isFound: isFound?.[branch.frame] === true,
            width,
          }),
    ),
  ];
}

export interface CallRow {
  /** 1 for the outermost functions. */
  readonly depth: number;
  readonly function: string;
  readonly module: string;
  readonly class: string;
  readonly self: number;
  readonly total: number;
}

export function callRows(stacks: Stacks, { classes, min }: StackLook): CallRow[] {
  return linesOf(new BranchWalk(stacks), min).flatMap(({ branch }) => {
    if (branch === null) return [];
    const { frame, branch: place, ...row } = branch;
    return [{ depth: (stacks.depths[place] ?? 0) + 1, ...row, class: classes[frame] ?? '' }];
  });
}

function linesOf(walk: BranchWalk, min: number): CallLine<StackBranch>[] {
  return callTreeLines(walk.roots, { childrenOf: (branch) => walk.childrenOf(branch), min });
}
