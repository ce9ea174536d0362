// Claim: a message with a tick of 256 samples costs the collector's main thread at most 35 microseconds, gRPC included,
// and both streams of an agent at most 60 KB beside gRPC's own 30 KB each.
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
import type { Orders, Report } from './ingest/clients.ts';
import { seriesCount } from './measuring/node-ticks.ts';
import { printNote } from './measuring/report.ts';

const syncEveryMs = 50;

interface Figures {
  readonly name: string;
  readonly mainMicroseconds: number;
  readonly allMicroseconds: number;
  readonly perSecond: number;
  readonly bytesPerConnection: number;
}

const cases: readonly (Orders & { readonly name: string })[] = [
  { name: '1 agent, as fast as it can', agents: 1, messages: 20_000, window: 16, everyMs: 0 },
  { name: '500 agents, as fast as they can', agents: 500, messages: 80, window: 4, everyMs: 0 },
  { name: '500 agents, a message every 500 ms', agents: 500, messages: 24, window: 4, everyMs: 500 },
  { name: '2,000 agents, a message every 2 s', agents: 2_000, messages: 6, window: 4, everyMs: 2_000 },
];

const chosen = process.argv[2];
const rows: Figures[] = [];
for (const one of cases) {
  if (chosen === undefined || one.name.startsWith(chosen)) rows.push(await measure(one));
}
printNote(`Ticks of ${seriesCount} samples; main thread of the collector up to the store, CPU time.\n`);
const head = ['µs/message: main thread', 'all threads', 'messages/s', 'KB/agent'];
printNote(`${''.padEnd(42)}${head.map((title) => title.padStart(26)).join('')}`);
for (const { name, mainMicroseconds, allMicroseconds, perSecond, bytesPerConnection } of rows) {
  const figures = [mainMicroseconds, allMicroseconds, perSecond, bytesPerConnection / 1024];
  printNote(`${name.padEnd(42)}${figures.map((figure) => figure.toFixed(1).padStart(26)).join('')}`);
}

async function measure({ name, ...orders }: Orders & { readonly name: string }): Promise<Figures> {
  const server = new IngestServer({
    store: waitingStore(),
    handler: { connected: () => undefined, disconnected: () => undefined, report: () => Promise.resolve() },
    bus: new LiveBus(),
    clock: systemClock,
    log: pino({ level: 'error' }),
    version: 'bench',
    limits: { messagesPerSecond: 1e9, bytesPerSecond: 1e12, samplesPerSecond: 1e12 },
  });
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
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
  const bytesPerConnection = (process.memoryUsage.rss() - emptyBytes) / orders.agents;
  const before = { all: process.cpuUsage(), main: process.threadCpuUsage(), ms: performance.now() };
  const { messages } = server.statistics;
  clients.send('go');
  await heard('done');
  const all = process.cpuUsage(before.all);
  const main = process.threadCpuUsage(before.main);
  const count = server.statistics.messages - messages;
  const expected = orders.agents * (orders.messages - 1);
  if (count !== expected) throw new Error(`${name}: ${count} messages arrived, ${expected} were sent`);
  const seconds = (performance.now() - before.ms) / 1000;
  clients.disconnect();
  await once(clients, 'exit');
  await server.stop();
  return {
    name,
    mainMicroseconds: (main.user + main.system) / count,
    allMicroseconds: (all.user + all.system) / count,
    perSecond: count / seconds,
    bytesPerConnection,
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
    putNode: () => Promise.resolve(),
    touchNodes: () => Promise.resolve(),
    newestTimes: () => Promise.resolve(new Map()),
    quarantine: () => Promise.resolve(),
  };
}

/** Where the program was started with --expose-gc. */
function collectGarbage(): void {
  globalThis.gc?.();
}
