// A running MPI job of four ranks on two nodes of a real Slurm; its last rank has the most work. In: the cluster. Out: its id, and at
// its end what each rank measured itself. OpenMPI is started by srun through PMIx.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../system/running-jidi.ts';
import type { SlurmCluster } from '../system/slurm-cluster.ts';
import { type KnownCall, sharedCalls } from './known-program.ts';
import { spentWithin } from './told-times.ts';

const source = join(import.meta.dirname, '../fixtures/perf/shares-mpi.c');
const ranks = 4;
/**
 * All nodes are on one machine: they talk over its loopback. A rank that waits spins, as usual: one that
 * yields all the time spends a fifth of its time in changes of threads, where nothing can be sampled.
 */
const environment = {
  SLURM_PMIX_DIRECT_CONN: 'false',
  OMPI_MCA_btl: 'self,vader,tcp',
  OMPI_MCA_btl_tcp_if_include: 'lo',
  OMPI_MCA_mpi_yield_when_idle: '0',
};

export function whyNoMpi(): string | undefined {
  if (spawnSync('mpicc', ['--version']).error !== undefined) {
    return 'mpicc is missing, install with: apt-get install libopenmpi-dev openmpi-bin';
  }
  return undefined;
}

export class MpiJob {
  id = '';
  readonly #child: ChildProcess;
  readonly #end: string;
  #said = '';

  private constructor(child: ChildProcess, end: string) {
    this.#child = child;
    this.#end = end;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (piece: string) => (this.#said += piece));
    }
  }

  /** Resolves when its first rank runs. */
  static async start(slurm: SlurmCluster): Promise<MpiJob> {
    const folder = mkdtempSync(join(slurm.folder, 'mpi-'));
    const [program, end] = [join(folder, 'shares-mpi'), join(folder, 'end')];
    execFileSync('mpicc', ['-O2', '-g', '-o', program, source]);
    const args = ['--mpi=pmix', '-N2', `-n${ranks}`, '--overcommit', program, end];
    // The program ends by itself; srun would wait for ever for a cluster that was killed with its test.
    const child = spawn('timeout', ['--kill-after=5', '400', '/usr/bin/srun', ...args], {
      env: { ...slurm.environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const job = new MpiJob(child, end);
    await until('the first rank', () => job.#findId() || child.exitCode !== null);
    if (job.id === '') throw new Error(`the job did not start: ${job.#said}`);
    return job;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = once(this.#child, 'close');
    writeFileSync(this.#end, '');
    await gone;
  }

  /** By rank, what it spent between two moments (Unix seconds). Asked for when the job has ended. */
  callsWithin(from: number, to: number): readonly (readonly KnownCall[])[] {
    const lines = this.#said.split('\n').map((line) => line.split(' ').map(Number));
    return Array.from({ length: ranks }, (_, rank) => {
      const own = lines.filter((words) => words.length === 4 && words[0] === rank);
      const told = own.map(([, at = 0, ...spent]) => ({ at, spent }));
      const [work = 0, mpi = 0] = spentWithin(told, from, to);
      return sharedCalls([
        { caller: 'advance', function: 'sweep', seconds: work },
        { caller: 'exchange', function: 'PMPI_Allreduce', seconds: mpi },
      ]);
    });
  }

  #findId(): boolean {
    this.id = /^job (\d+)$/m.exec(this.#said)?.[1] ?? '';
    return this.id !== '';
  }
}
