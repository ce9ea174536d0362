// Claim: questions about 5,000 nodes are answered over HTTP while one waits for a page, and hold up nobody: the event loop turns
// on, and batches that arrive meanwhile are acknowledged.
//
// In: a day of a cluster (queries/made-store.ts) in a folder of its own; --nodes N for a smaller one; `--made FOLDER`: it is made
// there when it is missing, and a copy is used. The server is a program of its own (queries/served-store.ts). Medians of elapsed
// time and means of its CPU time, warm.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hourMs } from '../collector/store/partitions/tier.ts';
import { printNote } from './measuring/report.ts';
import { median } from './measuring/stopwatch.ts';
import { dayBeginMs, makeStore, nodeName, openHourMs, pageSeries, tickMs } from './queries/made-store.ts';
import type { Taken } from './queries/served-store.ts';
import { HttpDoor } from './store/http-door.ts';

const warmUps = 3;
const rounds = 15;
const heavySeconds = 6;
const atOnce = 4;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const nodeCount = Number(optionOf(args, '--nodes') ?? 5_000);
  const folder = mkdtempSync(join(tmpdir(), 'jidi-bench-answers-'));
  const made = optionOf(args, '--made') ?? folder;
  if (!existsSync(join(made, 'hot'))) makeStore(made, nodeCount);
  // What is served changes: it is compacted.
  if (made !== folder) cpSync(made, folder, { recursive: true });
  const server = fork(join(import.meta.dirname, 'queries/served-store.ts'), [folder, String(nodeCount)]);
  try {
    const [{ port }] = (await once(server, 'message')) as [{ readonly port: number }];
    const door = new HttpDoor(`http://127.0.0.1:${port}/`);
    const { now, ...past } = questionsOf(nodeCount);
    await measure(server, door, past);
    server.send('send');
    await delay(2 * tickMs);
    await measure(server, door, { now });
    await measureHeld(server, door, past);
    door.close();
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Questions = Readonly<Record<string, () => string>>;

function questionsOf(nodeCount: number) {
  const nodes = `n[${nodeName(0).slice(1)}-${nodeName(nodeCount - 1).slice(1)}]`;
  const range = (who: string, metrics: string, fromMs: number, toMs: number) =>
    `api/v1/range?nodes=${encodeURIComponent(who)}&metrics=${metrics}&from=${fromMs / 1000}&to=${toMs / 1000}&step=1m&bands=false`;
  const page = pageSeries.map(({ metric }) => metric).join(',');
  const [begin, end] = [openHourMs - hourMs, openHourMs + hourMs];
  let minute = 0;
  return {
    'node page: 20 metrics, 24 h': () => range(nodeName(3), page, dayBeginMs, end),
    'one series, 24 h': () => range(nodeName(3), pageSeries[0]?.metric ?? '', dayBeginMs, end),
    'a gauge of all nodes, a closed hour': () => range(nodes, 'node_load1', begin, openHourMs),
    'a gauge of all nodes, the open hour': () => range(nodes, 'node_load1', openHourMs, end),
    'a counter of all nodes, a closed hour': () =>
      range(nodes, 'node_disk_read_bytes_total', begin, openHourMs),
    'a counter of all nodes, the open hour': () =>
      range(nodes, 'node_disk_read_bytes_total', openHourMs, end),
    'p99 over all nodes, a closed hour': () => `${range(nodes, 'node_load1', begin, openHourMs)}&across=p99`,
    'p99 over all nodes, the open hour': () => `${range(nodes, 'node_load1', openHourMs, end)}&across=p99`,
    now: () => 'api/v1/map',
    'map at a past moment': () => `api/v1/map?at=${(begin + 60_000 * (10 + (minute++ % 40))) / 1000}`,
  };
}

type Server = ReturnType<typeof fork>;

async function measure(server: Server, door: HttpDoor, questions: Questions): Promise<void> {
  for (const [name, path] of Object.entries(questions)) {
    const first = await door.get(path());
    for (let round = 1; round < warmUps; round += 1) await door.get(path());
    const times: number[] = [];
    server.send('begin');
    for (let round = 0; round < rounds; round += 1) times.push((await door.get(path())).ms);
    const { cpuMs } = await taken(server);
    printNote(
      `${name.padEnd(42)} ${shown(median(times))} ms, CPU ${shown(cpuMs / rounds)} ms; first ${shown(first.ms)} ms; ${(first.bytes / 1000).toFixed(0).padStart(5)} kB`,
    );
  }
}

async function taken(server: Server): Promise<Taken> {
  server.send('end');
  const [found] = (await once(server, 'message')) as [Taken];
  return found;
}

/** Nobody asks, then four heavy questions at once. */
async function measureHeld(server: Server, door: HttpDoor, questions: Questions): Promise<void> {
  const heavy = Object.entries(questions).filter(([name]) => name.includes('all nodes'));
  for (const askers of [0, atOnce]) {
    server.send('begin');
    const untilMs = performance.now() + heavySeconds * 1000;
    let asked = 0;
    const ask = async (asker: number): Promise<void> => {
      for (let turn = asker; performance.now() < untilMs; turn += 1) {
        await door.get(heavy[turn % heavy.length]?.[1]() ?? '');
        asked += 1;
      }
    };
    await Promise.all([
      delay(heavySeconds * 1000),
      ...Array.from({ length: askers }, (_, asker) => ask(asker)),
    ]);
    const { loopMs, loopCpuMs, acks, ackP99Ms, ackMostMs } = await taken(server);
    printNote(
      `${askers} askers: ${asked} answers; the event loop held for ${shown(loopMs)} ms at most, ${shown(loopCpuMs)} ms of CPU; ` +
        `${acks} acknowledgements, p99 ${shown(ackP99Ms)} ms, most ${shown(ackMostMs)} ms`,
    );
  }
}

function shown(ms: number): string {
  return ms.toFixed(ms < 10 ? 2 : 1).padStart(6);
}

function optionOf(args: readonly string[], name: string): string | undefined {
  const place = args.indexOf(name);
  return place < 0 ? undefined : args[place + 1];
}
