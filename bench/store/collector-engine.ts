// jidi's collector, the whole of it: gRPC, HTTP, store. In: portions. Out: the same as of its peers. What it keeps on disk is
// counted when it has stopped, so that nothing is open.
import { spawnSync } from 'node:child_process';
import { printNote } from '../measuring/report.ts';
import type { Programs, StartedProgram } from '../measuring/started-programs.ts';
import { collectorProgram } from './collector-program.ts';
import { CollectorSender } from './collector-sender.ts';
import { occupiedBytes } from './disk-usage.ts';
import type { Engine, Questions, RunningEngine } from './engine.ts';
import { HttpDoor } from './http-door.ts';
import { waitUntilIdle } from './quiet.ts';

const startWithinMs = 60_000;
/** What is left of a day or an hour is put together some time after its end. */
const settleMs = 20_000;
const compactWithinMs = 300_000;

export const collectorEngine: Engine = {
  name: 'jidi-collector',
  lack: null,
  async start(programs, nodes) {
    const folder = programs.makeFolder();
    const program = startCollector(programs, folder);
    const target = await program.printed(/^agents: (\S+)$/m, startWithinMs);
    const door = new HttpDoor(await program.printed(/^console: (\S+)$/m, startWithinMs));
    const sender = new CollectorSender(target);
    await sender.open(nodes);
    return running({ program, door, sender, folder });
  },
};

function startCollector(programs: Programs, folder: string): StartedProgram {
  const flags = ['--http=127.0.0.1:0', '--grpc=127.0.0.1:0', '--log=error'];
  return programs.start('jidi-collector', [
    process.execPath,
    collectorProgram(),
    `--data=${folder}`,
    ...flags,
  ]);
}

interface Parts {
  readonly program: StartedProgram;
  readonly door: HttpDoor;
  readonly sender: CollectorSender;
  readonly folder: string;
}

function running({ program, door, sender, folder }: Parts): RunningEngine {
  return {
    ...questionsTo(door),
    pid: program.pid,
    ingest: (portion) => sender.send(portion),
    flush: () => sender.flush(),
    settle: () => waitUntilIdle(program.pid, { leastMs: settleMs }),
    async finish() {
      sender.close();
      door.close();
      await program.stop();
      compact(folder);
      return occupiedBytes(folder);
    },
  };
}

/** What it would do itself once the hour and the day are over; its peers were asked for the same. */
function compact(folder: string): void {
  const { status, stderr } = spawnSync(process.execPath, [collectorProgram(), 'compact', '--data', folder], {
    encoding: 'utf8',
    timeout: compactWithinMs,
  });
  if (status !== 0) printNote(`jidi-collector compact: ${stderr.split('\n')[0] ?? ''}`);
}

function questionsTo(door: HttpDoor): Questions {
  const range = (nodes: string, metrics: readonly string[], more: string) =>
    door.get(`api/v1/range?nodes=${encodeURIComponent(nodes)}&metrics=${metrics.join(',')}&step=1m&${more}`);
  const times = ({ from, to }: { from: number; to: number }) => `from=${from}&to=${to}`;
  return {
    nodePage: ({ node, metrics, ...when }) => range(node, metrics, `${times(when)}&bands=false`),
    acrossNodes: ({ nodes, metric, ...when }) => range(setOf(nodes), [metric], `${times(when)}&bands=false`),
    percentile: ({ nodes, metric, ...when }) => range(setOf(nodes), [metric], `${times(when)}&across=p99`),
    mapAt: ({ at }) => door.get(`api/v1/map?at=${at}`),
    mapNow: () => door.get('api/v1/map'),
    oneSeries: ({ node, metric, ...when }) => range(node, [metric], `${times(when)}&bands=false`),
  };
}

/** Nodes are numbered: `n[001-512]`. */
function setOf(nodes: readonly string[]): string {
  const [first = ''] = nodes;
  const last = nodes.at(-1) ?? first;
  const prefix = first.replace(/\d+$/, '');
  return nodes.length === 1 ? first : `${prefix}[${first.slice(prefix.length)}-${last.slice(prefix.length)}]`;
}
