// Claim: while thousands of connections hang at the collector's door and a node that has gone bad floods it, the receipts of
// healthy nodes take less than two seconds, and the collector's memory stays within its bounds.
//
// In: a collector as a program; healthy nodes that have joined, in this process; attackers in another: 2,000 idle connections, 500
// handshakes of a byte every half second, each begun anew when it is thrown out; with a good certificate, floods of resets and 50 MB at
// a time. Flags: --idle 2000 --slow 500 --nodes 50 --seconds 20. Deadline: 5 minutes.
import { fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { joinOnce } from '../agent/identity/join/join-call.ts';
import { findAuthority } from '../agent/identity/join/pinned-authority.ts';
import type { NodeCredentials } from '../agent/identity/node-credentials.ts';
import { GrpcConnection } from '../agent/uplink/grpc-connection.ts';
import { formatAddress, parseAddress } from '../shared/address.ts';
import type { CreatedNodeTokens } from '../shared/api/node-identity.ts';
import type { Orders } from './attacks/attacker.ts';
import { Fleet } from './fleet/agent/fleet.ts';
import { planFleet } from './fleet/values/fleet-plan.ts';
import { printNote } from './measuring/report.ts';
import { Programs, type StartedProgram } from './measuring/started-programs.ts';

const goalMs = 2_000;
const goalMemoryMiB = 512;
const calmMs = 8_000;

const text = { type: 'string' } as const;
const { values: flags } = parseArgs({
  options: {
    idle: { ...text, default: '2000' },
    slow: { ...text, default: '500' },
    nodes: { ...text, default: '50' },
    seconds: { ...text, default: '20' },
  },
});

const programs = new Programs();
try {
  await measure();
} finally {
  await programs.stopAll();
}

async function measure(): Promise<void> {
  const any = '127.0.0.1:0';
  const main = join(import.meta.dirname, '../collector/main.ts');
  const args = [
    '--data',
    programs.makeFolder(),
    '--http',
    any,
    '--agents',
    any,
    '--enrolment',
    any,
    '--login',
    'none',
  ];
  const collector = programs.start('collector', [process.execPath, main, ...args, '--log', 'error']);
  const agents = await collector.printed(/^agents: (\S+)$/m, 60_000);
  const console = await collector.printed(/^console: (\S+)$/m, 60_000);
  const plan = planFleet({ nodes: Number(flags.nodes), seed: 1, startMs: Date.now(), series: 256 });
  const names = [...plan.nodes.map(({ name }) => name), 'bad'];
  const joined = await joinAll(names, { console, enrolment: await collector.printed(/^enrolment: (\S+)$/m) });
  const fleet = startFleet(plan, agents, joined);
  await fleet.start([]);
  await delay(calmMs);
  const calm = reading(fleet, collector);
  const attacker = await attack(agents, joined.get('bad'));
  let most = 0;
  const watching = setInterval(() => {
    most = Math.max(most, memoryMiB(collector.pid));
  }, 200);
  await delay(Number(flags.seconds) * 1000);
  clearInterval(watching);
  const attacked = reading(fleet, collector);
  attacker.kill('SIGKILL');
  fleet.stop();
  await tell(console, { calm, attacked, most });
}

interface Reading {
  readonly p50: number;
  readonly p99: number;
  readonly largest: number;
  readonly receipts: number;
  readonly streaming: number;
  readonly memory: number;
}

/** Since the reading before. */
function reading(fleet: Fleet, collector: StartedProgram): Reading {
  const { acknowledgements } = fleet.statistics;
  const { count: receipts, largest } = acknowledgements;
  const [p50, p99] = [acknowledgements.quantile(0.5), acknowledgements.quantile(0.99)];
  acknowledgements.clear();
  return { p50, p99, largest, receipts, streaming: fleet.streaming, memory: memoryMiB(collector.pid) };
}

async function tell(
  console: string,
  { calm, attacked, most }: { calm: Reading; attacked: Reading; most: number },
): Promise<void> {
  for (const [name, { p50, p99, largest, receipts, streaming, memory }] of Object.entries({
    calm,
    attacked,
  })) {
    const latency = `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, longest ${largest.toFixed(0)} ms`;
    printNote(
      `${name.padEnd(8)} ${receipts} receipts: ${latency}; ${streaming} nodes stream; collector ${memory.toFixed(0)} MiB`,
    );
  }
  printNote(`at most ${most.toFixed(0)} MiB while attacked; turned away meanwhile:`);
  const metrics = await (await fetch(new URL('metrics', console))).text();
  for (const line of metrics.split('\n')) {
    const [, reason, count] =
      /^jidi_collector_connections_refused_total\{listener="agents",reason="([^"]+)"\} (\d+)/.exec(line) ??
      [];
    if (reason !== undefined) printNote(`  ${reason.padEnd(22)} ${count}`);
  }
  const holds = attacked.p99 < goalMs && attacked.streaming === Number(flags.nodes) && most < goalMemoryMiB;
  printNote(
    `receipts within 2 s at p99, every node streams, below ${goalMemoryMiB} MiB: ${holds ? 'holds' : 'does not hold'}`,
  );
  if (!holds) process.exitCode = 1;
}

function startFleet(
  plan: ReturnType<typeof planFleet>,
  target: string,
  joined: ReadonlyMap<string, NodeCredentials>,
): Fleet {
  return new Fleet({
    plan,
    nodes: plan.nodes,
    target,
    intervalMs: 1_000,
    sendsProcesses: true,
    hasControl: true,
    bufferedBatches: 720,
    slowShare: 0,
    greedyShare: 0,
    churnPerMinute: 0,
    startWithinMs: 1_000,
    credentials(node) {
      const { key, certificate, authorities } = joined.get(node) ?? {
        key: '',
        certificate: '',
        authorities: '',
      };
      return { key, cert: certificate, ca: authorities };
    },
  });
}

async function joinAll(
  names: readonly string[],
  at: { readonly console: string; readonly enrolment: string },
): Promise<ReadonlyMap<string, NodeCredentials>> {
  const response = await fetch(new URL('api/v1/node-tokens', at.console), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ nodes: names.join(',') }),
  });
  if (!response.ok) throw new Error(`tokens: ${response.status} ${await response.text()}`);
  const { tokens, authority } = (await response.json()) as CreatedNodeTokens;
  const address = parseAddress(at.enrolment) ?? { host: '127.0.0.1', port: 0 };
  const ca = await findAuthority(address, authority);
  const joined = new Map<string, NodeCredentials>();
  for (const { node, token } of tokens) {
    const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const outcome = await joinOnce(new GrpcConnection(formatAddress(address), { ca }), { node, key, token });
    if (outcome.kind === 'joined') joined.set(node, outcome.credentials);
  }
  return joined;
}

async function attack(agents: string, bad: NodeCredentials | undefined) {
  const { host, port } = parseAddress(agents) ?? { host: '127.0.0.1', port: 0 };
  const { key, certificate, authorities } = bad ?? { key: '', certificate: '', authorities: '' };
  const child = fork(join(import.meta.dirname, 'attacks/attacker.ts'));
  const counts = { idle: Number(flags.idle), slow: Number(flags.slow) };
  const orders: Orders = { host, port, ...counts, key, certificate, authorities };
  child.send(orders);
  await once(child, 'message');
  return child;
}

function memoryMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
}
