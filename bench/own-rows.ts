// Claim: who sees everything pays nothing for the rows of users, and the map of 5,000 nodes stays a matter of milliseconds for a user
// whose jobs are on all of them; noting process tables costs a collector of that size a small part of a core.
//
// In: --nodes N (default 1,000), --jobs N (default 20,000; of the last hours, those of now besides). The nodes' samples are in the
// store's memory, as right after they arrived. Out: medians of elapsed time, warm.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSights } from '../collector/http/sight.ts';
import { JobRegister, type OwnedProcess } from '../collector/identity/jobs/job-register.ts';
import { createQuery } from '../collector/query/create-query.ts';
import { ownRows } from '../collector/query/own-rows/own-rows.ts';
import type { Query } from '../collector/query/query.ts';
import { openStore } from '../collector/store/open-store.ts';
import type { Store } from '../collector/store/store.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { createLogger } from '../shared/log.ts';
import { type Principal, permissionsOf, type Role } from '../shared/model/role.ts';
import { printNote } from './measuring/report.ts';
import { median } from './measuring/stopwatch.ts';
import { fleetSeries, nodeName, tickMs } from './queries/made-store.ts';

/** What is measured was just there, however long the making takes. */
const begunMs = Date.now();
const clock: Clock = { ...systemClock, now: () => begunMs };

const rounds = 31;
const warmUps = 5;
const processesOfNode = 40;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const nodes = Number(optionOf(args, '--nodes') ?? 1_000);
  const jobs = Number(optionOf(args, '--jobs') ?? 20_000);
  const folder = mkdtempSync(join(tmpdir(), 'jidi-bench-own-rows-'));
  const store = await openAt(folder);
  try {
    const nowMs = clock.now();
    await fill(store, nodes, nowMs);
    const owners = new JobRegister();
    note(owners, { nodes, jobs, nowMs });
    await measure(store, owners, nodes);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(store: Store, owners: JobRegister, nodes: number): Promise<void> {
  const query = createQuery(store, clock);
  const ownQuery = (own: Parameters<typeof ownRows>[1]): Query => ownRows({ query, store, clock }, own);
  const unused = undefined as never;
  const sightOf = createSights({ query, continuous: unused, control: unused, owners, ownQuery, clock });
  const seenBy = (name: string, role: Role): Query => {
    const principal: Principal = { name, role, permissions: permissionsOf[role], via: 'session' };
    return sightOf({ principal }).query;
  };
  const plain = await timeOf(() => query.map());
  const selectors = [{ metric: 'node_load1', match: {} }];
  for (const [who, name, role] of [
    ['admin', 'anna', 'admin'],
    ['user with jobs on all nodes', 'wide', 'user'],
    ['user with jobs on ten nodes', 'u0', 'user'],
    ['user without jobs', 'nobody-here', 'user'],
  ] as const) {
    const map = await timeOf(() => seenBy(name, role).map());
    const names = (await seenBy(name, role).map()).map((node) => node.name);
    const latest = await timeOf(() => seenBy(name, role).latest({ nodes: names, selectors }));
    const events = await timeOf(async () => countSeen(owners, name, nodes));
    printNote(
      `${who.padEnd(28)} map ${shown(map)} ms (unfiltered ${shown(plain)}), ${names.length} nodes; ` +
        `one gauge of them ${shown(latest)} ms; ${role === 'user' ? `${nodes} events looked at ${shown(events)} ms` : ''}`,
    );
  }
}

/** What a tick of every node costs the filter of live updates. */
function countSeen(owners: JobRegister, user: string, nodes: number): number {
  let seen = 0;
  const nowMs = clock.now();
  for (let node = 0; node < nodes; node += 1) if (owners.isThere(user, nodeName(node), nowMs)) seen += 1;
  return seen;
}

async function timeOf(ask: () => Promise<unknown>): Promise<number> {
  for (let round = 0; round < warmUps; round += 1) await ask();
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    await ask();
    times.push(performance.now() - began);
  }
  return median(times);
}

async function fill(store: Store, nodes: number, nowMs: number): Promise<void> {
  const values = fleetSeries.map((_, place) => 1000 + place);
  for (let node = 0; node < nodes; node += 1) {
    const name = nodeName(node);
    await store.putNode({ name, role: 'compute', bootId: 'b', agentVersion: '1', intervalMs: tickMs }, nowMs);
  }
  const appended: Promise<unknown>[] = [];
  for (let node = 0; node < nodes; node += 1) {
    const ticks = [nowMs - tickMs, nowMs].map((timeMs, later) => ({
      timeMs,
      series: fleetSeries,
      values: Float64Array.from(values, (value) => value + later),
    }));
    const sender = { node: nodeName(node), spoolId: 'spool' };
    appended.push(store.append(sender, { sequence: 1, payload: { kind: 'metrics', ticks } }));
  }
  await Promise.all(appended);
}

interface Fleet {
  readonly nodes: number;
  readonly jobs: number;
  readonly nowMs: number;
}

/** Ended jobs first, then the tables of now, which are what comes every few seconds. */
function note(owners: JobRegister, { nodes, jobs, nowMs }: Fleet): void {
  for (let job = 0; job < jobs; job += 1) {
    const atMs = nowMs - 86_400_000 + Math.floor((job / jobs) * 80_000_000);
    owners.note(nodeName(job % nodes), atMs, [processOf(`u${job % 500}`, `old-${job}`)]);
  }
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const tables = Array.from({ length: nodes }, (_, node) => tableOf(node));
    const began = performance.now();
    for (const [node, table] of tables.entries()) {
      owners.note(nodeName(node), nowMs - (4 - round) * tickMs, table);
    }
    times.push(performance.now() - began);
  }
  const { jobs: known } = owners.statistics;
  printNote(
    `${known} jobs known; ${nodes} process tables of ${processesOfNode} rows noted in ${shown(median(times))} ms`,
  );
}

function tableOf(node: number): readonly OwnedProcess[] {
  const own = processOf(`u${Math.floor(node / 10)}`, `now-${Math.floor(node / 10)}`);
  const rest = Array.from({ length: processesOfNode - 2 }, () => own);
  return [processOf('wide', 'everywhere'), own, ...rest];
}

function processOf(user: string, job: string): OwnedProcess {
  return { user, uid: 1000, job, startTimeMs: 0 };
}

function openAt(dataDir: string): Promise<Store> {
  const ageMs = 1e12;
  return openStore({
    dataDir,
    keep: {
      ageMs: { raw: ageMs, minute: ageMs, 'ten-minutes': ageMs, profiles: ageMs, continuous: ageMs },
      budgetBytes: null,
    },
    recordAgeMs: ageMs,
    maxNodes: 100_000,
    clock,
    log: createLogger('bench', 'silent'),
    logLevel: 'silent',
    onDeath(error) {
      throw error;
    },
  });
}

function optionOf(args: readonly string[], name: string): string | undefined {
  const place = args.indexOf(name);
  return place < 0 ? undefined : args[place + 1];
}

function shown(ms: number): string {
  return ms.toFixed(2).padStart(6);
}
