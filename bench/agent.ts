// Claim: the agent costs less CPU than every program that also sees processes, and fits in a few MiB of memory of its own.
//
// In: this machine; the programs it is compared with, where they are installed (see docs/overhead.md). Each is started
// by this bench, one after another, in the same run: with the processes that are there and with 2,000 more that sleep,
// at 1 s and at 10 s. Started on 127.0.0.1 only, configured in a folder that is removed, and ended with it.
// Deadline: 60 minutes.
import { readFileSync, writeFileSync } from 'node:fs';
import { commandOf, machineInWords, readFlags, usage } from './agent/flags.ts';
import { type Measurement, writeOverheadPages } from './agent/overhead-page.ts';
import type { Peer } from './agent/peer.ts';
import { createPeers } from './agent/peers.ts';
import { measure, type Row } from './agent/scenario.ts';
import { startSleepers } from './agent/sleepers.ts';
import { printFacts, printRows } from './agent/tables.ts';
import { printNote } from './measuring/report.ts';
import { findProgram, Programs } from './measuring/started-programs.ts';

const flags = readFlags();
/** Longer than any run. */
const sleeperSeconds = 3_600;
const rows: Row[] = [];
const programs = new Programs();
const forest = new Programs();
const measurement = flags.from === undefined ? await measureEverything() : read(flags.from);
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(measurement, null, 2)}\n`);
if (flags.writeDocs) writeOverheadPages(measurement);

async function measureEverything(): Promise<Measurement> {
  const peers = choosePeers();
  printNote(`${machineInWords()}; ${flags.seconds} s each after ${flags.warmUpSeconds} s of warm-up\n`);
  for (const extraProcesses of flags.extraProcesses) {
    const sleepers = await startSleepers(extraProcesses, { programs: forest, seconds: sleeperSeconds });
    for (const interval of flags.intervals) await measureAll(peers, interval * 1000, extraProcesses);
    await sleepers?.stop();
  }
  printFacts(rows);
  return { machine: machineInWords(), command: commandOf(flags), rows };
}

/** What an earlier run of this bench wrote. */
function read(file: string): Measurement {
  return JSON.parse(readFileSync(file, 'utf8')) as Measurement;
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
