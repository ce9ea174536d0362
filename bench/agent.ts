// Claim: the agent costs less CPU than every program that also sees processes, and fits in a few MiB of memory of its own.
//
// In: this machine; the programs it is compared with, where they are installed (see docs/overhead.md). Each is started
// by this bench, one after another, in the same run: with the processes that are there and with 2,000 more that sleep,
// at 1 s and at 10 s. Started on 127.0.0.1 only, configured in a folder that is removed, and ended with it.
// Deadline: 60 minutes.
import { writeFileSync } from 'node:fs';
import { machineInWords, readFlags, usage } from './agent/flags.ts';
import type { Peer } from './agent/peer.ts';
import { createPeers } from './agent/peers.ts';
import { measure, type Row } from './agent/scenario.ts';
import { startSleepers } from './agent/sleepers.ts';
import { printFacts, printRows } from './agent/tables.ts';
import { printNote } from './measuring/report.ts';
import { findProgram, Programs } from './measuring/started-programs.ts';

const flags = readFlags();
const rows: Row[] = [];
const peers = choosePeers();
const programs = new Programs();
const forest = new Programs();
printNote(`${machineInWords()}; ${flags.seconds} s each after ${flags.warmUpSeconds} s of warm-up\n`);
for (const extraProcesses of flags.extraProcesses) {
  const sleepers = await startSleepers(extraProcesses, { programs: forest, seconds: 3_000 });
  for (const interval of flags.intervals) await measureAll(peers, interval * 1000, extraProcesses);
  await sleepers?.stop();
}
printFacts(rows);
if (flags.json !== undefined) {
  writeFileSync(flags.json, `${JSON.stringify({ machine: machineInWords(), rows }, null, 2)}\n`);
}

async function measureAll(
  chosen: readonly Peer[],
  intervalMs: number,
  extraProcesses: number,
): Promise<void> {
  const found: Row[] = [];
  const scenario = {
    intervalMs,
    extraProcesses,
    windowMs: Math.max(1, Math.round((flags.seconds * 1000) / intervalMs)) * intervalMs,
    warmUpMs: Math.max(flags.warmUpSeconds * 1000, 2 * intervalMs),
  };
  for (const peer of chosen) {
    try {
      found.push(...(await measure(peer, scenario, programs)));
    } catch (error) {
      // One that does not start must not cost the figures of the others.
      console.error(`${peer.name}: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
  rows.push(...found);
  printRows(found, { intervalSeconds: intervalMs / 1000, extraProcesses });
}

/** Those that were asked for and are installed; says how to install the others. */
function choosePeers(): readonly Peer[] {
  const known = createPeers(flags.bundle);
  const unknown = flags.only.filter((name) => !known.has(name));
  if (unknown.length > 0) throw new Error(`no program ${unknown.join(', ')}\n${usage}`);
  const names = flags.only.length === 0 ? [...known.keys()] : ['jidi', ...flags.only];
  const missing = new Set<string>();
  const chosen = [...new Set(names)].flatMap((name) => {
    const peer = known.get(name);
    if (peer === undefined) return [];
    const lacking = peer.needs.filter(({ program }) => findProgram(program) === undefined);
    for (const { debian } of lacking) missing.add(debian);
    if (lacking.length > 0)
      printNote(`${peer.name} is left out: no ${lacking.map(({ program }) => program).join(', ')}`);
    return lacking.length > 0 ? [] : [peer];
  });
  if (missing.size > 0) {
    printNote(
      `install them, without starting services, with: apt-get install --no-install-recommends ${[...missing].join(' ')}`,
    );
  }
  return chosen;
}
