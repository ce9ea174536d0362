// In: processes in the order in which siblings shall stand. Out: the same as a tree, parents before their children, each
// with the lines that draw it. A parent that is not among them makes a root; so does a circle, which only a lie can be.

export interface TreeProcess {
  readonly pid: number;
  readonly parentPid: number;
}

export interface ProcessTreeRow<P> {
  readonly process: P;
  /** Lines from the root to it, in a font of equal widths: '│  └─ '. Empty for a root. */
  readonly lines: string;
}

export function processTree<P extends TreeProcess>(processes: readonly P[]): ProcessTreeRow<P>[] {
  const children = childrenByParent(processes);
  const rows: ProcessTreeRow<P>[] = [];
  const placed = new Set<P>();
  const place = (process: P, lines: string, below: string): void => {
    if (placed.has(process)) return;
    placed.add(process);
    rows.push({ process, lines });
    const own = (children.get(process.pid) ?? []).filter((child) => !placed.has(child));
    for (const child of own) {
      const isLast = child === own.at(-1);
      place(child, below + (isLast ? '└─ ' : '├─ '), below + (isLast ? '   ' : '│  '));
    }
  };
  const pids = new Set(processes.map(({ pid }) => pid));
  for (const process of processes) if (!pids.has(process.parentPid)) place(process, '', '');
  for (const process of processes) place(process, '', '');
  return rows;
}

/** The chosen processes and all their ancestors among the others, in the order of the others. */
export function withAncestors<P extends TreeProcess>(chosen: readonly P[], all: readonly P[]): P[] {
  const byPid = new Map(all.map((process) => [process.pid, process]));
  const kept = new Set<P>();
  for (const process of chosen) {
    let next: P | undefined = process;
    while (next !== undefined && !kept.has(next)) {
      kept.add(next);
      next = byPid.get(next.parentPid);
    }
  }
  return all.filter((process) => kept.has(process));
}

/** Of deep trees the last levels: '⋯ │  └─ '. So much is left of the line for what stands in it. */
export function shortLines(lines: string, levels: number): string {
  const kept = levels * 3;
  return lines.length <= kept ? lines : `⋯ ${lines.slice(-kept)}`;
}

function childrenByParent<P extends TreeProcess>(processes: readonly P[]): ReadonlyMap<number, P[]> {
  const children = new Map<number, P[]>();
  for (const process of processes) {
    const siblings = children.get(process.parentPid);
    if (siblings === undefined) children.set(process.parentPid, [process]);
    else siblings.push(process);
  }
  return children;
}
