// Slurm and munge of the laboratory: their files on each machine before it starts, and the wait until every node is idle. Jobs
// are tracked by control groups: of version 2 where the host has only that; otherwise by the freezer of version 1, because
// slurmd refuses version 2 beside version 1. Limits of memory and CPUs are not asked for.
import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from './commands.ts';
import type { Machine } from './machine.ts';
import type { MachineTree } from './machine-tree.ts';

const idleWithinMs = 60_000;

export interface SlurmPlan {
  readonly manager: string;
  readonly nodes: readonly string[];
  readonly mungeKey: Uint8Array;
  readonly tracking: 'unified' | 'freezer';
}

const freezerMount = '/run/slurm-groups';

export function placeSlurm(tree: MachineTree, name: string, plan: SlurmPlan): void {
  tree.place('/etc/munge/munge.key', plan.mungeKey, { mode: 0o400, ownerOf: '/etc/munge' });
  tree.place('/etc/slurm/slurm.conf', slurmConf(plan));
  if (plan.tracking === 'unified') {
    tree.place('/etc/slurm/cgroup.conf', 'CgroupPlugin=cgroup/v2\n');
  } else {
    tree.place('/etc/slurm/cgroup.conf', `CgroupPlugin=cgroup/v1\nCgroupMountpoint=${freezerMount}\n`);
    tree.place('/etc/fstab', `freezer ${freezerMount}/freezer cgroup freezer 0 0\n`);
  }
  tree.mask(name === plan.manager ? 'slurmd.service' : 'slurmctld.service');
}

function slurmConf({ manager, nodes }: SlurmPlan): string {
  return `ClusterName=lab
SlurmctldHost=${manager}
SlurmUser=slurm
AuthType=auth/munge
StateSaveLocation=/var/lib/slurm/slurmctld
SlurmdSpoolDir=/var/lib/slurm/slurmd
SlurmctldPidFile=/run/slurmctld.pid
SlurmdPidFile=/run/slurmd.pid
SlurmctldLogFile=/var/log/slurm/slurmctld.log
SlurmdLogFile=/var/log/slurm/slurmd.log
ProctrackType=proctrack/cgroup
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
SlurmdTimeout=30
SlurmdParameters=config_overrides
${nodes.map((node) => `NodeName=${node} CPUs=4 RealMemory=2048 State=UNKNOWN`).join('\n')}
PartitionName=all Nodes=ALL Default=YES State=UP
`;
}

/** Resolves when Slurm calls every node idle. */
export async function awaitIdle(manager: Machine, nodes: readonly string[]): Promise<void> {
  const deadlineMs = performance.now() + idleWithinMs;
  for (;;) {
    const { stdout, stderr } = await manager.run(['sinfo', '-h', '-N', '-o', '%N %T'], { check: false });
    const idle = stdout.split('\n').filter((line) => line.endsWith(' idle'));
    if (idle.length === nodes.length) return;
    if (performance.now() > deadlineMs) throw new LabError(`Slurm's nodes are not idle:\n${stdout}${stderr}`);
    await delay(200);
  }
}
