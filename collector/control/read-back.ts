// Goes through stored records, newest first, in portions and up to a bound: for what is examined at start.

const pageLength = 200;
const maxPages = 10;

export async function* readBack<T>(
  read: (filter: { beforeMs: number; limit: number }) => Promise<readonly T[]>,
  timeMsOf: (record: T) => number,
): AsyncGenerator<T> {
  let beforeMs = Number.MAX_SAFE_INTEGER;
  for (let page = 0; page < maxPages; page += 1) {
    const records = await read({ beforeMs, limit: pageLength });
    yield* records;
    const last = records.at(-1);
    if (last === undefined || records.length < pageLength) return;
    beforeMs = timeMsOf(last);
  }
}
