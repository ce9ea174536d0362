// VictoriaMetrics and Prometheus, from their Debian packages, fed by remote write over one connection. In: portions. Out: what
// they say. Each listens on 127.0.0.1 only and keeps its files in a folder that goes with it.
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { costBetween, readTree } from '../measuring/process-tree.ts';
import { findProgram, freePort, type Programs, type StartedProgram } from '../measuring/started-programs.ts';
import { occupiedBytes } from './disk-usage.ts';
import type { Engine, RunningEngine } from './engine.ts';
import { HttpDoor } from './http-door.ts';
import { promqlQuestions } from './promql-questions.ts';
import { waitUntilIdle } from './quiet.ts';
import { RemoteWriteEncoder } from './remote-write.ts';

interface Peer {
  readonly name: string;
  readonly program: string;
  readonly debian: string;
  arguments(folder: string, address: string): readonly string[];
  readonly readyPath: string;
  readonly questions: { readonly inOne: boolean; readonly more: string };
  settle(door: HttpDoor, pid: number): Promise<void>;
  occupied(folder: string): number;
}

const writeHeaders = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
};
const nothing = Buffer.alloc(0);
/** Prometheus looks once a minute whether there is something to compact. */
const compactionMs = 70_000;
const versionWithinMs = 5_000;

const victoriaMetrics: Peer = {
  name: 'VictoriaMetrics',
  program: 'victoria-metrics',
  debian: 'victoria-metrics',
  arguments: (folder, address) => [
    `-storageDataPath=${folder}`,
    `-httpListenAddr=${address}`,
    '-retentionPeriod=12',
    '-search.latencyOffset=0s',
    '-search.maxUniqueTimeseries=2000000',
    '-loggerLevel=ERROR',
  ],
  readyPath: '/health',
  // Its cache of whole answers is left out: nobody asks exactly the same twice in a row.
  questions: { inOne: true, more: '&nocache=1' },
  async settle(door, pid) {
    await door.get('/internal/force_flush');
    await waitUntilIdle(pid, {});
    await door.get('/internal/force_merge');
    await waitUntilIdle(pid, {});
  },
  occupied: (folder) => occupiedBytes(folder),
};

const prometheus: Peer = {
  name: 'Prometheus',
  program: 'prometheus',
  debian: 'prometheus',
  arguments(folder, address) {
    const config = join(folder, 'prometheus.yml');
    writeFileSync(config, 'global: {}\n');
    return [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--storage.tsdb.retention.time=400d',
      '--web.enable-remote-write-receiver',
      '--web.enable-admin-api',
      '--log.level=error',
    ];
  },
  readyPath: '/-/ready',
  questions: { inOne: false, more: '' },
  async settle(door, pid) {
    await waitUntilIdle(pid, { leastMs: compactionMs });
    // What is still in memory is written as a block, too; it shares the others with the database itself.
    await door.post('/api/v1/admin/tsdb/snapshot', nothing);
  },
  occupied(folder) {
    const snapshots = join(folder, 'data/snapshots');
    const [snapshot] = readdirSync(snapshots);
    return snapshot === undefined ? Number.NaN : occupiedBytes(join(snapshots, snapshot));
  },
};

export const peers: readonly Engine[] = [victoriaMetrics, prometheus].map((peer) => ({
  name: `${peer.name} ${versionOf(peer.debian)}`.trimEnd(),
  lack:
    findProgram(peer.program) === undefined
      ? `install it, without starting a service: RUNLEVEL=1 apt-get install --no-install-recommends ${peer.debian}`
      : null,
  start: (programs) => start(peer, programs),
}));

/** As the package tells; empty when it came in another way. */
function versionOf(debian: string): string {
  const query = ['-W', '-f', '${Version}', debian];
  const { stdout } = spawnSync('dpkg-query', query, { encoding: 'utf8', timeout: versionWithinMs });
  return /\d+\.\d+\.\d+/.exec(stdout ?? '')?.[0] ?? '';
}

async function start(peer: Peer, programs: Programs): Promise<RunningEngine> {
  const folder = programs.makeFolder();
  const address = `127.0.0.1:${await freePort()}`;
  const program = programs.start(peer.name, [peer.program, ...peer.arguments(folder, address)]);
  const door = new HttpDoor(`http://${address}`);
  await program.until(() => answers(door, peer.readyPath));
  return running(peer, { program, door, folder });
}

interface Parts {
  readonly program: StartedProgram;
  readonly door: HttpDoor;
  readonly folder: string;
}

function running(peer: Peer, { program, door, folder }: Parts): RunningEngine {
  const encoder = new RemoteWriteEncoder();
  return {
    questions: promqlQuestions(door, peer.questions),
    pid: program.pid,
    async ingest(portion) {
      await door.post('/api/v1/write', encoder.encode(portion), writeHeaders);
    },
    flush: () => Promise.resolve(),
    async settle() {
      const before = readTree(program.pid);
      await peer.settle(door, program.pid);
      return costBetween(before, readTree(program.pid)).cpuSeconds;
    },
    async finish() {
      const bytes = peer.occupied(folder);
      door.close();
      await program.stop();
      return bytes;
    },
  };
}

async function answers(door: HttpDoor, path: string): Promise<boolean> {
  try {
    await door.get(path);
    return true;
  } catch {
    return false; // Not yet.
  }
}
