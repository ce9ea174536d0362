// Made-up profiles and commands for looking at the console without a collector.
import type { Command } from '../../../shared/api/command.ts';
import type { Profile } from '../../../shared/api/profile.ts';

export function makeProfile(id: string, over: Partial<Profile>, now: number): Profile {
  return {
    id,
    node: 'n003',
    nodes: 1,
    parent: null,
    target: { kind: 'process', pid: 20_311, children: false },
    pid: 20_311,
    startTime: now - 4000,
    name: 'lmp_mpi',
    command: '/opt/lammps/bin/lmp_mpi -in in.lj -log none',
    user: 'wangli',
    status: 'finished',
    reason: null,
    progress: 1,
    created: now - 200,
    started: now - 198,
    ended: now - 168,
    duration: 30,
    frequency: 99,
    event: 'cpu-clock',
    sampledEvent: 'cpu-clock',
    unit: 'samples',
    callGraph: 'fp',
    symbols: null,
    samples: 2954,
    lost: 0,
    ...over,
  };
}

export function makeCommands(now: number): Command[] {
  const target = { started: now - 60, ended: now - 58, exitCode: 0, truncated: false, reason: null };
  const reason = {
    code: 'policy-denied',
    message: 'The policy of n005 does not allow restart-slurmd.',
    remedy: 'Allow it in /etc/jidi/policy.json on the node.',
  };
  return [
    {
      id: 'c1',
      action: 'service-status',
      parameters: { service: 'slurmd' },
      requester: 'root',
      issued: now - 61,
      timeout: 60,
      over: true,
      targets: [
        {
          ...target,
          node: 'n003',
          state: 'finished',
          output: '● slurmd.service - Slurm node daemon\n   Active: active (running)\n',
        },
        { ...target, node: 'n004', state: 'running', ended: null, exitCode: null, output: '' },
        { ...target, node: 'n005', state: 'refused', exitCode: null, output: '', reason },
      ],
    },
  ];
}
