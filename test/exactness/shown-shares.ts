// What a view of a profile shows, in one form for all views: the share of each function with what it calls, and the share that
// a function has through one of its callers (`caller;function`).
import { gunzipSync } from 'node:zlib';
import { Profile as Pprof } from 'pprof-format';
import type { HotFunction, StackNode } from '../../shared/api/profile.ts';
import type { ProfileStacks } from '../../shared/api/profile-view.ts';
import { calleesOf, callersOf, weighFunctions } from '../../shared/stacks/functions.ts';
import { type Stacks, weighStacks } from '../../shared/stacks/stacks.ts';

export interface ShownShares {
  readonly functions: ReadonlyMap<string, number>;
  readonly calls: ReadonlyMap<string, number>;
  /** Absent: it shows every function and every call. */
  readonly covers?: (name: string) => boolean;
}

export interface WeighedPath {
  /** Root first. */
  readonly path: readonly string[];
  readonly weight: number;
}

export function bottomUpShares(rows: readonly HotFunction[]): ShownShares {
  const shown = new Sums();
  for (const row of rows) {
    shown.add('functions', row.function, row.total);
    for (const caller of row.callers) shown.add('calls', `${caller.function};${row.function}`, caller.total);
  }
  return shown;
}

export function topDownShares(root: StackNode): ShownShares {
  const paths: WeighedPath[] = [];
  const walk = (node: StackNode, above: readonly string[]): void => {
    const path = [...above, node.function];
    paths.push({ path, weight: node.self });
    for (const child of node.children) walk(child, path);
  };
  for (const child of root.children) walk(child, []);
  return pathShares(paths);
}

/** As the CLI and the console make their tables of it. */
export function columnShares(columns: ProfileStacks): readonly (readonly [string, ShownShares])[] {
  const stacks = stacksOf(columns);
  const { total } = weighFunctions(stacks);
  const [callers, callees] = [new Sums(), new Sums()];
  for (const [frame, { function: name }] of stacks.frames.entries()) {
    const share = (total[frame] ?? 0) / stacks.weight;
    for (const shown of [callers, callees]) shown.add('functions', name, share);
    for (const [caller, weight] of nextTo(callersOf(stacks, frame))) {
      callers.add('calls', `${caller};${name}`, weight / stacks.weight);
    }
    for (const [callee, weight] of nextTo(calleesOf(stacks, frame))) {
      callees.add('calls', `${name};${callee}`, weight / stacks.weight);
    }
  }
  return [
    ['callers', callers],
    ['callees', callees],
  ];
}

export function stacksOf({ functions, modules, parents, frameIds, self }: ProfileStacks): Stacks {
  return weighStacks({
    frames: functions.map((name, index) => ({ function: name, module: modules[index] ?? '' })),
    parents: Int32Array.from(parents),
    frameIds: Int32Array.from(frameIds),
    self: Float64Array.from(self),
  });
}

/** What stands on the root of such a tree, by name. */
function nextTo({ frames, frameIds, depths, total }: Stacks): (readonly [string, number])[] {
  return Array.from(frameIds, (frame, branch) => [frame, branch] as const)
    .filter(([, branch]) => depths[branch] === 1)
    .map(([frame, branch]) => [frames[frame]?.function ?? '', total[branch] ?? 0]);
}

export function foldedShares(text: string): ShownShares {
  const lines = text.trimEnd().split('\n');
  return pathShares(
    lines.map((line) => {
      const [, path = '', weight] = /^(.*) (\d+)$/.exec(line) ?? [];
      return { path: path.split(';'), weight: Number(weight) };
    }),
  );
}

export function pprofShares(bytes: Buffer): ShownShares {
  const decoded = Pprof.decode(gunzipSync(bytes));
  const names = new Map(
    decoded.function.map(({ id, name }) => [id, decoded.stringTable.strings[Number(name)] ?? '']),
  );
  const places = new Map(decoded.location.map(({ id, line }) => [id, line[0]?.functionId]));
  return pathShares(
    decoded.sample.map(({ locationId, value }) => ({
      path: locationId.map((id) => names.get(places.get(id) ?? 0) ?? '').reverse(),
      weight: Number(value[0]),
    })),
  );
}

interface Speedscope {
  readonly shared: { readonly frames: readonly { readonly name: string }[] };
  readonly profiles: readonly {
    readonly samples: readonly (readonly number[])[];
    readonly weights: readonly number[];
  }[];
}

export function speedscopeShares(text: string): ShownShares {
  const { shared, profiles } = JSON.parse(text) as Speedscope;
  return pathShares(
    profiles.flatMap(({ samples, weights }) =>
      samples.map((frames, index) => ({
        path: frames.map((frame) => shared.frames[frame]?.name ?? ''),
        weight: weights[index] ?? 0,
      })),
    ),
  );
}

/** Of whole stacks. */
export function pathShares(paths: readonly WeighedPath[]): ShownShares {
  const all = paths.reduce((sum, { weight }) => sum + weight, 0);
  const shown = new Sums();
  for (const { path, weight } of paths) {
    for (const name of new Set(path)) shown.add('functions', name, weight / all);
    const calls = path.slice(1).map((name, index) => `${path[index]};${name}`);
    for (const call of new Set(calls)) shown.add('calls', call, weight / all);
  }
  return shown;
}

class Sums implements ShownShares {
  readonly functions = new Map<string, number>();
  readonly calls = new Map<string, number>();

  add(which: 'functions' | 'calls', name: string, share: number): void {
    this[which].set(name, (this[which].get(name) ?? 0) + share);
  }
}
