// Claim: questions about 5,000 nodes are answered while one waits for a page. Figures of the reading and of the query layer
// in one thread, without the network; the text of the answer is measured apart.
//
// In: a day of a cluster (queries/made-store.ts), written to a folder of its own; --nodes N for a smaller one. Medians of CPU
// time and of elapsed time, warm. `--keep FOLDER` uses a folder again.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metricTableJson } from '../collector/http/json-pieces.ts';
import { createQuery } from '../collector/query/create-query.ts';
import type { Query } from '../collector/query/query.ts';
import type { RangeQuery } from '../collector/query/range.ts';
import { hourMs } from '../collector/store/partitions/tier.ts';
import { StoreFiles } from '../collector/store/read/store-files.ts';
import { printNote } from './measuring/report.ts';
import { median } from './measuring/stopwatch.ts';
import { dayBeginMs, makeStore, nodeName, openHourMs, pageSeries } from './queries/made-store.ts';
import { storeOver } from './queries/read-store.ts';

const rounds = 9;
const minuteMs = 60_000;
const nowMs = openHourMs + hourMs;
const day = { fromMs: dayBeginMs + 1, toMs: nowMs };

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const nodeCount = Number(optionOf(args, '--nodes') ?? 5_000);
  const kept = optionOf(args, '--keep');
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'jidi-bench-queries-'));
  const files = new StoreFiles(folder, (path, error) => {
    throw new Error(`${path} is damaged`, { cause: error });
  });
  try {
    if (!existsSync(join(folder, 'hot'))) makeStore(folder, nodeCount);
    await measure(files, nodeCount);
  } finally {
    files.close();
    if (kept === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(files: StoreFiles, nodeCount: number): Promise<void> {
  const nodes = Array.from({ length: nodeCount }, (_, index) => nodeName(index));
  const clock = { now: () => nowMs, monotonic: () => performance.now(), after: () => () => {} };
  const query = createQuery(storeOver(files, nodes, nowMs), clock);
  const closed = { fromMs: openHourMs - hourMs + 1, toMs: openHourMs };
  const fresh = { fromMs: openHourMs + 1, toMs: nowMs };
  const one = [nodeName(3)];
  const page = pageSeries.map(({ metric }) => metric);
  printNote(
    `${nodeCount} nodes, ticks of 5 s. Medians of ${rounds}, milliseconds: CPU, elapsed; then the text`,
  );
  await table(query, 'node page: 20 metrics, 24 h, bands', rangeOf(one, page, { ...day, stepMs: null }));
  await table(query, 'one series, 24 h', rangeOf(one, page.slice(0, 1), { ...day, stepMs: null }));
  for (const [name, span] of [
    ['a closed hour', closed],
    ['the open hour', fresh],
  ] as const) {
    const wish = { ...span, stepMs: minuteMs };
    await table(query, `a gauge of all nodes, ${name}, 60 s`, rangeOf(nodes, ['node_load1'], wish));
    const counter = rangeOf(nodes, ['node_disk_read_bytes_total'], wish);
    await table(query, `a counter of all nodes, ${name}, 60 s`, counter);
    await table(query, `p99 over all nodes, ${name}, 60 s`, {
      ...rangeOf(nodes, ['node_load1'], wish),
      across: ['p99'],
    });
  }
  await timed('top 10 of all nodes, a closed hour', () =>
    query.top({
      nodes,
      selector: { metric: 'node_load1', match: {} },
      when: closed,
      aggregate: 'max',
      of: 'nodes',
      within: null,
      order: 'highest',
      limit: 10,
    }),
  );
  let atMs = openHourMs - 40 * minuteMs;
  await timed('map at a past moment, of an hour that was looked at', () => query.mapAt((atMs += minuteMs)));
  await timed('map at a past moment, of an hour that was not', () =>
    createQuery(storeOver(files, nodes, nowMs), clock).mapAt(atMs),
  );
}

function rangeOf(
  nodes: readonly string[],
  metrics: readonly string[],
  span: Pick<RangeQuery, 'fromMs' | 'toMs' | 'stepMs'>,
): RangeQuery {
  const selectors = metrics.map((metric) => ({ metric, match: {} }));
  return { nodes, selectors, ...span, aggregate: 'avg', bands: null, within: null, across: [], by: null };
}

async function table(query: Query, name: string, range: RangeQuery): Promise<void> {
  await timed(
    name,
    () => query.metricTable(range),
    async () => {
      const json = metricTableJson(await query.metricTable(range));
      if (json instanceof Buffer) return json.length;
      let bytes = 0;
      for await (const piece of json as AsyncIterable<Buffer>) bytes += piece.length;
      return bytes;
    },
  );
}

/** `withText` does the same and writes the answer, too. */
async function timed(
  name: string,
  ask: () => Promise<unknown>,
  withText?: () => Promise<number>,
): Promise<void> {
  const plain = await rounded(ask);
  const texts = withText === undefined ? null : await rounded(withText);
  const text = texts === null ? '' : `   with its text ${figures(texts)}`;
  printNote(`${name.padEnd(54)} ${figures(plain)}${text}`);
}

interface Times {
  readonly cpu: number;
  readonly elapsed: number;
}

async function rounded(ask: () => Promise<unknown>): Promise<Times> {
  const cpu: number[] = [];
  const elapsed: number[] = [];
  await ask();
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage();
    const began = performance.now();
    await ask();
    elapsed.push(performance.now() - began);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1000);
  }
  return { cpu: median(cpu), elapsed: median(elapsed) };
}

function figures({ cpu, elapsed }: Times): string {
  return `${cpu.toFixed(1).padStart(7)} ${elapsed.toFixed(1).padStart(7)}`;
}

function optionOf(args: readonly string[], name: string): string | undefined {
  const place = args.indexOf(name);
  return place < 0 ? undefined : args[place + 1];
}
