// Claim: what the collector does with a message of 256 samples costs its main thread less than gRPC does to bring it,
// and both streams of an agent take less than 120 KB, gRPC included.
//
// In: agents as real gRPC clients, in a process of their own. The store is one that only waits for its sync: what is
// measured ends where the store begins.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pino } from 'pino';
import { IngestServer } from '../collector/ingest/ingest-server.ts';
import type { IngestStore } from '../collector/ingest/session-deps.ts';
import { LiveBus } from '../collector/live/live-bus.ts';
import { systemClock } from '../shared/clock.ts';
import { BareServer } from './ingest/bare-server.ts';
import type { Orders, Report } from './ingest/clients.ts';
import { seriesCount } from './measuring/node-ticks.ts';
import { printNote } from './measuring/report.ts';

const syncEveryMs = 50;

/** The collector's end, or gRPC alone. */
interface Measured {
  listen(): Promise<number>;
  messages(): number;
  stop(): Promise<void>;
}

interface Figures {
  readonly mainMicroseconds: number;
  readonly allMicroseconds: number;
  readonly perSecond: number;
  readonly bytesPerAgent: number;
}

type Case = Orders & { readonly name: string };

const cases: readonly Case[] = [
  { name: '1 agent, as fast as it can', agents: 1, messages: 5_000, window: 32, everyMs: 0 },
  { name: '500 agents, as fast as they can', agents: 500, messages: 160, window: 4, everyMs: 0 },
  { name: '500 agents, a message every 500 ms', agents: 500, messages: 24, window: 4, everyMs: 500 },
  { name: '2,000 agents, a message every 2 s', agents: 2_000, messages: 6, window: 4, everyMs: 2_000 },
];

const chosen = process.argv[2];
printNote(`Ticks of ${seriesCount} samples; what the collector costs up to its store, CPU time.\n`);
printRow('', ['main thread, µs', 'all threads, µs', 'messages/s', 'KB/agent']);
for (const one of cases) {
  if (chosen !== undefined && !one.name.startsWith(chosen)) continue;
  for (const [name, open] of [
    ['', openIngest],
    [' (gRPC alone)', openBare],
  ] as const) {
    const { mainMicroseconds, allMicroseconds, perSecond, bytesPerAgent } = await measure(one, open());
    // Memory that the first one gave back is taken again by the second.
    const kilobytes = open === openIngest && one.agents > 1 ? bytesPerAgent / 1024 : Number.NaN;
    const figures = [mainMicroseconds, allMicroseconds, perSecond, kilobytes];
    printRow(
      `${one.name}${name}`,
      figures.map((figure) => (Number.isNaN(figure) ? '–' : figure.toFixed(1))),
    );
  }
}

function printRow(name: string, cells: readonly string[]): void {
  printNote(`${name.padEnd(50)}${cells.map((cell) => cell.padStart(18)).join('')}`);
}

function openIngest(): Measured {
  const server = new IngestServer({
    store: waitingStore(),
    handler: { connected: () => undefined, disconnected: () => undefined, report: () => Promise.resolve() },
    bus: new LiveBus(),
    clock: systemClock,
    log: pino({ level: 'error' }),
    version: 'bench',
    limits: { messagesPerSecond: 1e9, bytesPerSecond: 1e12, samplesPerSecond: 1e12 },
  });
  return {
    listen: () => server.listen({ host: '127.0.0.1', port: 0 }),
    messages: () => server.statistics.messages,
    stop: () => server.stop(),
  };
}

function openBare(): Measured {
  const server = new BareServer(syncEveryMs);
  return { listen: () => server.listen(), messages: () => server.messages, stop: () => server.stop() };
}

async function measure({ name, ...orders }: Case, server: Measured): Promise<Figures> {
  const port = await server.listen();
  collectGarbage();
  const emptyBytes = process.memoryUsage.rss();
  const clients = fork(join(import.meta.dirname, 'ingest/clients.ts'), [String(port)]);
  const heard = async (kind: Report): Promise<void> => {
    const [message] = (await once(clients, 'message', { signal: AbortSignal.timeout(120_000) })) as [Report];
    if (message !== kind) throw new Error(`${message} instead of ${kind}`);
  };
  clients.send(orders);
  await heard('greeted');
  collectGarbage();
  const bytesPerAgent = (process.memoryUsage.rss() - emptyBytes) / orders.agents;
  const before = { all: process.cpuUsage(), main: process.threadCpuUsage(), ms: performance.now() };
  const messages = server.messages();
  clients.send('go');
  await heard('done');
  const all = process.cpuUsage(before.all);
  const main = process.threadCpuUsage(before.main);
  const count = server.messages() - messages;
  const expected = orders.agents * (orders.messages - 1);
  if (count !== expected) throw new Error(`${name}: ${count} messages arrived, ${expected} were sent`);
  const seconds = (performance.now() - before.ms) / 1000;
  clients.disconnect();
  await once(clients, 'exit');
  await server.stop();
  return {
    mainMicroseconds: (main.user + main.system) / count,
    allMicroseconds: (all.user + all.system) / count,
    perSecond: count / seconds,
    bytesPerAgent,
  };
}

/** Keeps nothing; appends resolve together, as after a sync. */
function waitingStore(): IngestStore {
  let waiting: (() => void)[] = [];
  const sync = (): void => {
    const synced = waiting;
    waiting = [];
    for (const resolve of synced) resolve();
  };
  return {
    append: () =>
      new Promise((resolve) => {
        if (waiting.length === 0) setTimeout(sync, syncEveryMs);
        waiting.push(() => resolve('stored'));
      }),
    declareLost: () => Promise.resolve(),
    positions: () => Promise.resolve([]),
    putNode: () => Promise.resolve(true),
    touchNodes: () => Promise.resolve(),
    newestTimes: () => Promise.resolve(new Map()),
    quarantine: () => Promise.resolve(),
  };
}

/** Where the program was started with --expose-gc. */
function collectGarbage(): void {
  globalThis.gc?.();
}
