// In: work. Out: the CPU time that it costs this process, µs. Not elapsed time: what else runs on the machine must not
// decide a comparison.

/** CPU time of this process while the work ran, all its threads, µs. */
export async function cpuMicroseconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/**
 * The middle of `rounds` measurements of each piece of work, µs. They take turns, so that a change of the machine's pace
 * meets all of them; the first turn is not counted.
 */
export async function compareCpu(
  rounds: number,
  works: readonly (() => unknown)[],
): Promise<readonly number[]> {
  const costs = works.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, work] of works.entries()) {
      const cost = await cpuMicroseconds(work);
      if (round > 0) costs[index]?.push(cost);
    }
  }
  return costs.map(median);
}

/** The middle one of several measurements. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
