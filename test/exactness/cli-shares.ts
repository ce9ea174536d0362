// What the CLI shows of a profile, as JSON, in the form of all views.
import type { RunningNodes } from './running-nodes.ts';
import { pathShares, type ShownShares } from './shown-shares.ts';

interface Place {
  readonly function: string;
  readonly total: number;
}

interface BottomUp {
  readonly functions: readonly (Place & {
    readonly callers: readonly (Place & { readonly depth: number })[];
  })[];
}

interface TopDown {
  readonly calls: readonly (Place & { readonly depth: number; readonly self: number })[];
}

type Neighbour = Place & { readonly distance: number };

interface Sandwich extends Place {
  readonly callers: readonly Neighbour[];
  readonly callees: readonly Neighbour[];
}

/** Functions in which nothing ended have no row there. */
export async function cliBottomUp(jidi: RunningNodes, id: string): Promise<ShownShares> {
  const { functions } = await jidi.cliJson<BottomUp>('profile', 'show', id);
  const calls = functions.flatMap((row) =>
    row.callers
      .filter(({ depth }) => depth === 1)
      .map((caller) => [`${caller.function};${row.function}`, caller.total] as const),
  );
  const shown = new Map(functions.map((row) => [row.function, row.total]));
  const callers = new Set(calls.map(([call]) => call.split(';')[0]));
  return { functions: shown, calls: new Map(calls), covers: (name) => shown.has(name) || !callers.has(name) };
}

export async function cliTopDown(jidi: RunningNodes, id: string): Promise<ShownShares> {
  const { calls } = await jidi.cliJson<TopDown>('profile', 'show', id, '--view', 'top-down', '--min', '0');
  const above: string[] = [];
  return pathShares(
    calls.map(({ depth, function: name, self }) => {
      above.splice(depth - 1, above.length, name);
      return { path: [...above], weight: self };
    }),
  );
}

/** The callers of some functions, and what others call. */
export async function cliSandwiches(
  jidi: RunningNodes,
  id: string,
  names: readonly string[],
): Promise<ShownShares> {
  const functions = new Map<string, number>();
  const calls = new Map<string, number>();
  for (const name of names) {
    const made = await jidi.cliJson<Sandwich>('profile', 'callers', id, name);
    functions.set(made.function, made.total);
    for (const { function: caller, total } of nearest(made.callers)) calls.set(`${caller};${name}`, total);
    for (const { function: callee, total } of nearest(made.callees)) calls.set(`${name};${callee}`, total);
  }
  return { functions, calls, covers: (name) => name.split(';').some((part) => names.includes(part)) };
}

function nearest(neighbours: readonly Neighbour[]): readonly Neighbour[] {
  return neighbours.filter(({ distance }) => Math.abs(distance) === 1);
}
