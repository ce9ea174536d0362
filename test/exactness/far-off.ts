// What a view shows beside what the program itself measured. Out: a sentence for each share that is further off than it may be.
import type { KnownCall } from './known-program.ts';
import type { ShownShares } from './shown-shares.ts';

/**
 * Three points. More where a crowded machine gave the program so little time that a part of one of its rounds, some 16 samples, is
 * more than that.
 */
export function mostOff(samples: number): number {
  return Math.max(0.03, 12 / samples);
}

export interface Expected {
  readonly truth: readonly KnownCall[];
  readonly most: number;
  readonly withCallers?: boolean;
}

export function farOff(
  view: string,
  shown: ShownShares,
  { truth, most, withCallers = true }: Expected,
): readonly string[] {
  const functions = sumBy(truth, (call) => call.function);
  const callers = withCallers ? sumBy(truth, ({ caller }) => caller) : [];
  const calls = withCallers ? sumBy(truth, (call) => `${call.caller};${call.function}`) : [];
  const compare =
    (seen: ReadonlyMap<string, number>) =>
    ([name, share]: readonly [string, number]) => {
      const found = seen.get(name);
      if (shown.covers?.(name) === false) return [];
      if (found !== undefined && Math.abs(found - share) < most) return [];
      return [
        `${view}: ${name} has ${percent(share)} and is shown with ${found === undefined ? 'nothing' : percent(found)}`,
      ];
    };
  return [
    ...[...functions, ...callers].flatMap(compare(shown.functions)),
    ...calls.flatMap(compare(shown.calls)),
  ];
}

function sumBy(
  truth: readonly KnownCall[],
  nameOf: (call: KnownCall) => string,
): (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const call of truth) sums.set(nameOf(call), (sums.get(nameOf(call)) ?? 0) + call.share);
  return [...sums];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
