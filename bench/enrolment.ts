// Claim: 5,000 nodes join within two minutes: tokens for all of them, and for each node what its agent really does, a look at the
// authority, a handshake, a proof, a certificate that is on disk before it is told.
//
// In: the collector as a program on an empty folder; agents as callers in this process, so many at once (--at-once). Beside them
// the collector's own CPU time. Flags: --nodes 5000 --at-once 64. Deadline: 5 minutes.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { joinOnce } from '../agent/identity/join/join-call.ts';
import { findAuthority } from '../agent/identity/join/pinned-authority.ts';
import { GrpcConnection } from '../agent/uplink/grpc-connection.ts';
import { parseAddress } from '../shared/address.ts';
import type { CreatedNodeTokens } from '../shared/api/node-identity.ts';
import { formatSeconds } from '../shared/format.ts';
import { printNote } from './measuring/report.ts';
import { Programs, type StartedProgram } from './measuring/started-programs.ts';

const goalMs = 120_000;
const goalNodes = 5_000;
const retryMs = 500;
const ticksPerSecond = 100;

const { values: flags } = parseArgs({
  options: {
    nodes: { type: 'string', default: String(goalNodes) },
    'at-once': { type: 'string', default: '64' },
  },
});
const nodes = Number(flags.nodes);
const atOnce = Number(flags['at-once']);

const programs = new Programs();
try {
  await measure();
} finally {
  await programs.stopAll();
}

async function measure(): Promise<void> {
  const collector = startCollector();
  const address = await collector.printed(/^enrolment: (\S+)$/m);
  const console = await collector.printed(/^console: (\S+)$/m);
  const begunMs = performance.now();
  const { tokens, authority } = await createTokens(console);
  const tokensMs = performance.now() - begunMs;
  const cpuBefore = cpuSecondsOf(collector.pid);
  const tries = await joinAll(address, authority, tokens);
  const wholeMs = performance.now() - begunMs;
  const cpuMs = (cpuSecondsOf(collector.pid) - cpuBefore) * 1000;
  const perNodeMs = (wholeMs - tokensMs) / nodes;
  const expectedMs = tokensMs + perNodeMs * goalNodes;
  printNote(`${nodes} nodes, ${atOnce} at once; tokens for all of them: ${tokensMs.toFixed(0)} ms\n`);
  printNote(`joined after ${formatSeconds(wholeMs / 1000)}, ${(1000 / perNodeMs).toFixed(1)} nodes/s`);
  printNote(`sent away to try again: ${tries - nodes}`);
  printNote(`the collector: ${(cpuMs / nodes).toFixed(2)} ms of CPU time for each node`);
  const verdict = expectedMs <= goalMs ? 'holds' : 'does not hold';
  const said = nodes === goalNodes ? 'in' : 'at this rate in';
  printNote(`5,000 nodes ${said} ${formatSeconds(expectedMs / 1000)}; within two minutes: ${verdict}`);
  if (expectedMs > goalMs) process.exitCode = 1;
}

function startCollector(): StartedProgram {
  const any = '127.0.0.1:0';
  const main = join(import.meta.dirname, '../collector/main.ts');
  const listen = ['--http', any, '--agents', any, '--enrolment', any];
  const args = ['--data', programs.makeFolder(), ...listen, '--login', 'none', '--log', 'warn'];
  return programs.start('collector', [process.execPath, main, ...args]);
}

async function createTokens(console: string): Promise<CreatedNodeTokens> {
  const response = await fetch(new URL('api/v1/node-tokens', console), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ nodes: `n[1-${nodes}]` }),
  });
  if (!response.ok) throw new Error(`tokens: ${response.status} ${await response.text()}`);
  return (await response.json()) as CreatedNodeTokens;
}

/** How often nodes tried, all together. */
async function joinAll(
  address: string,
  authority: string,
  tokens: CreatedNodeTokens['tokens'],
): Promise<number> {
  const waiting = tokens[Symbol.iterator]();
  let tries = 0;
  const work = async (): Promise<void> => {
    for (const { node, token } of waiting) {
      const taken = await joinNode(address, authority, { node, token });
      tries += taken;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return tries;
}

async function joinNode(
  target: string,
  authority: string,
  { node, token }: CreatedNodeTokens['tokens'][number],
): Promise<number> {
  const address = parseAddress(target);
  if (address === undefined) throw new Error(`${target}: no address`);
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  for (let tries = 1; ; tries += 1) {
    const ca = await findAuthority(address, authority);
    const outcome = await joinOnce(new GrpcConnection(target, { ca }), { node, key, token }).catch(
      busyOrThrow,
    );
    if (outcome?.kind === 'joined') return tries;
    if (outcome !== null) throw new Error(`${node}: ${outcome.kind}`);
    await delay(retryMs * (0.5 + Math.random()));
  }
}

/** null: it may try again. */
function busyOrThrow(error: unknown): null {
  if (error instanceof Error && error.message.includes('try again')) return null;
  throw error;
}

/** User and system time of all threads (proc_pid_stat(5)). */
function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
