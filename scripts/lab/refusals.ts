// Why the laboratory cannot run on this machine, and what helps.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { findProgram } from '../prerequisites.ts';
import { hierarchyRoot } from './control-groups.ts';

/** Program → Debian package. */
const programs: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'systemd-container',
  debootstrap: 'debootstrap',
  ip: 'iproute2',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  setpriv: 'util-linux',
};

export function whyNoLaboratory(): string | undefined {
  if (process.geteuid?.() !== 0) {
    return 'the laboratory starts machines, which needs root: sudo npm run lab';
  }
  const missing = Object.keys(programs).filter((program) => findProgram(program) === undefined);
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((program) => programs[program]))].join(' ');
    return `the laboratory needs ${missing.join(', ')}: apt-get install ${packages}`;
  }
  const root = hierarchyRoot();
  if (root === undefined) {
    return 'the laboratory needs control groups of version 2: mount -t cgroup2 none /sys/fs/cgroup';
  }
  const trial = spawnSync('unshare', ['--mount', '--net', 'true'], { encoding: 'utf8' });
  if (trial.status !== 0 || !isWritable(root)) {
    return `the laboratory needs the rights of a whole machine, not those of a container: ${trial.stderr || root}`;
  }
  return undefined;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false; // Mounted for reading alone, as in containers.
  }
}
