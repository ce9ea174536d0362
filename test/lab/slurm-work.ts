// A job of the laboratory's Slurm: a task on each node that works a little, and tells where it is.
import type { LabCluster } from './lab-cluster.ts';

export interface LabJob {
  readonly id: string;
  end(): Promise<void>;
}

/** Works for a tenth of the time, so that the process is among the busiest and the machine has room for others. */
const task = 'while :; do i=0; while [ $i -lt 5000 ]; do i=$((i + 1)); done; sleep 0.1; done';

export async function startJob(cluster: LabCluster, user: string): Promise<LabJob> {
  const { manager } = cluster;
  const wrap = `srun -n2 -N2 sh -c '${task}'`;
  const flags = [
    '--parsable',
    '-N2',
    '-n2',
    '--chdir=/',
    '--output=/dev/null',
    '--time=30',
    `--wrap=${wrap}`,
  ];
  const { stdout } = await manager.run(['sbatch', ...flags], { user });
  const id = stdout.trim();
  return {
    id,
    async end() {
      await manager.run(['scancel', id]);
    },
  };
}
