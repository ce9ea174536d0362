// `npm run demo`: a living cluster to look at, without a cluster and without root: a real collector, and simulated nodes with
// jobs, processes and profiles, which speak to it as agents do. Prints where to look; Ctrl-C ends everything and, unless a
// folder was named, removes what it kept. Nothing of it leaves this machine.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDuration } from '../shared/duration.ts';
import { makeFolder } from '../shared/folders.ts';
import { buildWeb } from './build-web.ts';
import { startDemoProfiles } from './demo-profiles.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { Supervised } from './supervised.ts';

const root = join(import.meta.dirname, '..');
const usage = `npm run demo -- [--nodes 512] [--interval 5s] [--history 1h] [--http HOST:PORT] [--grpc HOST:PORT]
                [--data DIR, empty] [--seed NUMBER] [--log error|warn|info|debug]`;
/** Nodes that begin in a second: their history arrives with them. */
const nodesPerSecond = 40;

const flags = readFlags();
const dataDir = folderOf(flags.data);
await main();

async function main(): Promise<void> {
  await buildWeb(join(root, 'build/web'));
  const collector = new Supervised({
    name: 'collector',
    program: join(root, 'collector/main.ts'),
    readyLine: 'console',
    args: (told) => [
      `--data=${dataDir}`,
      `--log=${flags.log}`,
      // A restarted collector must be found where it was, also when port 0 had chosen.
      `--http=${told.get('console')?.replace(/^http:\/\/|\/$/g, '') ?? flags.http}`,
      '--login=none',
      '--agents=127.0.0.1:0',
      '--enrolment=127.0.0.1:0',
      `--grpc=${told.get('plain') ?? flags.grpc}`,
    ],
  });
  let starts = 0;
  const fleet = new Supervised({
    name: 'fleet',
    program: join(root, 'bench/fleet/main.ts'),
    readyLine: 'fleet',
    args: () => {
      starts += 1;
      return [
        `--target=${collector.told.get('plain') ?? flags.grpc}`,
        `--nodes=${flags.nodes}`,
        `--seed=${flags.seed}`,
        `--interval=${flags.interval}`,
        '--seconds=0',
        '--churn=0.001',
        `--start-within=${Math.ceil(Number(flags.nodes) / nodesPerSecond)}s`,
        // One that had to be started again finds its history there.
        ...(starts === 1 ? [`--backfill=${flags.history}`, '--backfill-step=60s'] : []),
      ];
    },
  });
  stopOnSignal([fleet, collector], () => removeIfOurs());
  await collector.start();
  const url = collector.told.get('console') ?? '';
  console.log(
    `console: ${url}\n${flags.nodes} nodes connect, and bring their last ${flags.history} with them …`,
  );
  await fleet.start();
  tell(url);
  await startDemoProfiles(url);
}

function tell(url: string): void {
  console.log(`All are there. Open ${url} in a browser, or ask from another terminal, in this folder:`);
  if (url !== 'http://127.0.0.1:7300/') console.log(`  export JIDI_URL=${url}`);
  console.log(
    '  npx jidi node ls\n  npx jidi top cn001\n  npx jidi profile start cn001 --pid PID --duration 10s --wait',
  );
  console.log(`data: ${dataDir}\nCtrl-C ends everything, as does: kill ${process.pid}`);
}

/** An own one in the folder for temporary files, unless one is named. */
function folderOf(named: string | undefined): string {
  if (named === undefined) return mkdtempSync(join(tmpdir(), 'jidi-demo-'));
  const folder = resolve(process.env['INIT_CWD'] ?? process.cwd(), named);
  makeFolder(folder);
  return folder;
}

function removeIfOurs(): void {
  if (flags.data === undefined) rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
}

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        nodes: { type: 'string', default: '512' },
        interval: { type: 'string', default: '5s' },
        history: { type: 'string', default: '1h' },
        http: { type: 'string', default: '127.0.0.1:7300' },
        grpc: { type: 'string', default: '127.0.0.1:7301' },
        data: { type: 'string' },
        seed: { type: 'string', default: '1' },
        log: { type: 'string', default: 'error' },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    requireWhole('nodes', values.nodes, 1, 5_000);
    requireWhole('seed', values.seed, 0, 2 ** 31 - 1);
    for (const name of ['interval', 'history'] as const) {
      if (parseDuration(values[name]) === undefined)
        throw new Error(`--${name} ${values[name]}: a duration, e.g. 5s, 10m or 1h`);
    }
    return values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(2);
  }
}

function requireWhole(name: string, text: string, least: number, most: number): void {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new Error(`--${name} ${text}: a whole number from ${least} to ${most}`);
}
