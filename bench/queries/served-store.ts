// A program: store, query layer and HTTP server of the collector over a folder. In: the folder and how many nodes; of its parent
// `send` (from then on every node sends a tick each 5 s), `begin` and `end`. Out: its port; at `end` what it took since
// `begin`: CPU time, how long the event loop was held, how long acknowledgements took.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ControlService } from '../../collector/control/control-service.ts';
import { createHttpServer } from '../../collector/http/http-server.ts';
import { createSelfMetrics } from '../../collector/http/self-metrics.ts';
import { JobRegister } from '../../collector/identity/jobs/job-register.ts';
import { NodeIdentities } from '../../collector/identity/nodes/node-identities.ts';
import { setUpAuthority } from '../../collector/identity/nodes/set-up.ts';
import { createPeople } from '../../collector/identity/people/people.ts';
import { ProfileImport } from '../../collector/import/profile-import.ts';
import { LiveBus } from '../../collector/live/live-bus.ts';
import { createQuery } from '../../collector/query/create-query.ts';
import { ownRows } from '../../collector/query/own-rows/own-rows.ts';
import { createContinuousQueries } from '../../collector/query/profiles/continuous-queries.ts';
import { createProfileViews } from '../../collector/query/profiles/views/answer-view.ts';
import { inTurn, QuestionGate } from '../../collector/query/question-gate.ts';
import { openStore } from '../../collector/store/open-store.ts';
import type { Store } from '../../collector/store/store.ts';
import { systemClock as clock } from '../../shared/clock.ts';
import { createLogger } from '../../shared/log.ts';
import { Latencies } from '../fleet/agent/latencies.ts';
import { fleetSeries, nodeName, tickMs } from './made-store.ts';

export interface Taken {
  /** Of all threads. */
  readonly cpuMs: number;
  /** The longest time between two turns of a timer, less its interval. */
  readonly loopMs: number;
  /** The most CPU time of the main thread between two turns: what the rest of the machine does is not in it. */
  readonly loopCpuMs: number;
  readonly acks: number;
  readonly ackP99Ms: number;
  readonly ackMostMs: number;
}

const everyMs = 20;
const putsAtOnce = 1_000;
const years = 1e12;
const log = createLogger('bench', 'silent');

const [folder = '', count = '0'] = process.argv.slice(2);
const names = Array.from({ length: Number(count) }, (_, index) => nodeName(index));
const store = await openStore({
  dataDir: folder,
  keep: {
    ageMs: { raw: years, minute: years, 'ten-minutes': years, profiles: years, continuous: years },
    budgetBytes: null,
  },
  recordAgeMs: years,
  clock,
  log,
  logLevel: 'silent',
  onDeath: (error) => {
    throw error;
  },
});
const identity = { role: 'compute', bootId: 'b', agentVersion: '1', intervalMs: tickMs } as const;
for (let from = 0; from < names.length; from += putsAtOnce) {
  const some = names.slice(from, from + putsAtOnce);
  await Promise.all(some.map((name) => store.putNode({ name, ...identity }, Date.now())));
}
const latencies = new Latencies();
const loop = watchLoop();
let cpuBefore = process.cpuUsage();
process.on('disconnect', () => process.exit());
process.on('message', (message) => {
  if (message === 'send') {
    setInterval(() => sendSome(store), everyMs);
  } else if (message === 'begin') {
    latencies.clear();
    loop.reset();
    cpuBefore = process.cpuUsage();
  } else {
    const { user, system } = process.cpuUsage(cpuBefore);
    process.send?.({
      cpuMs: (user + system) / 1000,
      ...loop.read(),
      acks: latencies.count,
      ackP99Ms: latencies.quantile(0.99),
      ackMostMs: latencies.largest,
    } satisfies Taken);
  }
});
process.send?.({ port: await serve() });

async function openIdentities(): Promise<NodeIdentities> {
  const place = { dataDir: folder, cluster: 'bench', names: [] };
  await setUpAuthority(folder, place, clock.now());
  return NodeIdentities.open({
    ...place,
    store,
    clock,
    log,
    audit: async () => undefined,
    isConnected: () => false,
  });
}

async function serve(): Promise<number> {
  const bus = new LiveBus();
  const query = createQuery(store, clock);
  const server = createHttpServer({
    query: inTurn(query, new QuestionGate(clock)),
    control: new ControlService({
      store,
      bus,
      clock,
      log,
      nodesOfJob: () => Promise.resolve([]),
      clockOffsetMs: () => 0,
    }),
    continuous: createContinuousQueries(store, createProfileViews(store, [])),
    imports: new ProfileImport({ store, bus, clock }),
    bus,
    selfMetrics: createSelfMetrics({ version: '1', store: () => store.statistics() }),
    log,
    webRoot: null,
    version: '1',
    ready: () => null,
    identities: await openIdentities(),
    people: createPeople({ store, clock, audit: async () => undefined }),
    access: { login: 'none', names: [], proxies: [], certificate: null },
    rows: { owners: new JobRegister(), ownQuery: (own) => ownRows({ query, store, clock }, own) },
  });
  return server.start({ host: '127.0.0.1', port: 0 });
}

let next = 0;
function sendSome(to: Store): void {
  const share = Math.ceil((names.length * everyMs) / tickMs);
  for (let left = share; left > 0; left -= 1, next += 1) {
    const node = names[next % names.length] ?? '';
    const values = Float64Array.from(fleetSeries, (_, place) => next + place);
    const ticks = [{ timeMs: Date.now(), series: fleetSeries, values }];
    const began = performance.now();
    const sequence = 1 + Math.floor(next / names.length);
    void to
      .append({ node, spoolId: 'bench' }, { sequence, payload: { kind: 'metrics', ticks } })
      .then(() => latencies.add(performance.now() - began));
  }
}

function watchLoop() {
  const resolution = 1;
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  let before = process.threadCpuUsage();
  let most = 0;
  setInterval(() => {
    const now = process.threadCpuUsage();
    most = Math.max(most, now.user + now.system - before.user - before.system);
    before = now;
  }, resolution);
  return {
    reset() {
      delay.reset();
      most = 0;
    },
    read: () => ({ loopMs: delay.max / 1e6 - resolution, loopCpuMs: most / 1000 }),
  };
}
