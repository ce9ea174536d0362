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

function openBranches<Branch extends CallBranch>(
  branches: readonly Branch[],
  indent: string,
  min: number,
): Open<Branch>[] {
  const shown = branches.filter(({ total }) => total >= min).sort((left, right) => right.total - left.total);
  const omitted = branches.length - shown.length;
  const only = shown.length === 1 && indent !== '';
  // What is left out is only worth a line beside others.
  const rest = omitted > 0 && shown.length > 0;
  const opened = shown.map((branch, index) => {
    const last = index === shown.length - 1 && !rest;
    if (only && !rest) return { line: { drawing: `${indent}↳ `, branch, omitted: 0 }, indent };
    const drawing = `${indent}${last ? '└─ ' : '├─ '}`;
    return { line: { drawing, branch, omitted: 0 }, indent: `${indent}${last ? '   ' : '│  '}` };
  });
  if (!rest) return opened;
  return [...opened, { line: { drawing: `${indent}└─ `, branch: null, omitted }, indent }];
}
