// What a program says of its times while it runs. In: its lines, each a moment and how long everything took up to then. Out: how
// long it took within a window, for example that of a profile.

export interface ToldMoment {
  /** Unix, seconds. */
  readonly at: number;
  /** Up to then, seconds; always the same things in the same order. */
  readonly spent: readonly number[];
}

/** What lies between two lines is spread evenly. */
export function spentWithin(told: readonly ToldMoment[], from: number, to: number): readonly number[] {
  const [begin, end] = [spentUntil(told, from), spentUntil(told, to)];
  return end.map((spent, index) => spent - (begin[index] ?? 0));
}

function spentUntil(told: readonly ToldMoment[], at: number): readonly number[] {
  const next = told.findIndex((moment) => moment.at >= at);
  const [before, after] = [told[next - 1], told[next]];
  if (before === undefined || after === undefined) {
    throw new Error(`${at} is not between ${told[0]?.at} and ${told.at(-1)?.at}, which were told`);
  }
  const way = (at - before.at) / (after.at - before.at);
  return after.spent.map((spent, index) => {
    const earlier = before.spent[index] ?? 0;
    return earlier + way * (spent - earlier);
  });
}
