// Trees of calls as lines of text. In: a tree with shares of all samples. Out: lines whose branches are drawn, largest
// share first. An only child stands under its parent without a further step to the right, so deep stacks stay readable.

export interface CallBranch {
  readonly function: string;
  readonly module: string;
  readonly total: number;
}

export interface CallLine<Branch> {
  /** Drawing before the name. */
  readonly drawing: string;
  /** null: a line that tells how many smaller branches are left out. */
  readonly branch: Branch | null;
  readonly omitted: number;
}

export interface CallTreeOptions<Branch> {
  readonly childrenOf: (branch: Branch) => readonly Branch[];
  /** Smaller shares are left out, 0 to 1. */
  readonly min: number;
}

/** An open branch: its lines come next. */
interface Open<Branch> {
  readonly line: CallLine<Branch>;
  /** Drawing before the lines of its children. */
  readonly indent: string;
}

/** Walks without recursion: stacks may be deeper than the program's own. */
export function callTreeLines<Branch extends CallBranch>(
  roots: readonly Branch[],
  { childrenOf, min }: CallTreeOptions<Branch>,
): CallLine<Branch>[] {
  const lines: CallLine<Branch>[] = [];
  const open = openBranches(roots, '', min).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    lines.push(next.line);
    if (next.line.branch === null) continue;
    open.push(...openBranches(childrenOf(next.line.branch), next.indent, min).reverse());
  }
  return lines;
}

/** A line with the branches that hang on it one by one, all of one weight: they fit on one line. */
export interface CallChain<Branch> {
  readonly line: CallLine<Branch>;
  readonly chain: readonly Branch[];
}

const only = '↳ ';
/** Shares that are shown as the same. */
const sameShare = 0.0005;

export function joinChains<Branch extends CallBranch>(
  lines: readonly CallLine<Branch>[],
): CallChain<Branch>[] {
  const chains: { line: CallLine<Branch>; chain: Branch[] }[] = [];
  for (const line of lines) {
    const above = chains.at(-1);
    const total = above?.line.branch?.total;
    const isSame = total !== undefined && line.branch !== null && total - line.branch.total < sameShare;
    if (isSame && line.branch !== null && line.drawing.endsWith(only)) above?.chain.push(line.branch);
    else chains.push({ line, chain: [] });
  }
  return chains;
}

function openBranches<Branch extends CallBranch>(
  branches: readonly Branch[],
  indent: string,
  min: number,
): Open<Branch>[] {
  const shown = branches.filter(({ total }) => total >= min).sort((left, right) => right.total - left.total);
  const omitted = branches.length - shown.length;
  const isOnly = shown.length === 1 && indent !== '';
  // What is left out is only worth a line beside others.
  const rest = omitted > 0 && shown.length > 0;
  const opened = shown.map((branch, index) => {
    const last = index === shown.length - 1 && !rest;
    if (isOnly && !rest) return { line: { drawing: indent + only, branch, omitted: 0 }, indent };
    const drawing = `${indent}${last ? '└─ ' : '├─ '}`;
    return { line: { drawing, branch, omitted: 0 }, indent: `${indent}${last ? '   ' : '│  '}` };
  });
  if (!rest) return opened;
  return [...opened, { line: { drawing: `${indent}└─ `, branch: null, omitted }, indent }];
}
