// Load for this machine: CPU, memory, disk and the loopback network, by stress-ng. Bounded: it ends by itself.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './machine-probes.ts';

export interface RunningLoad {
  /** Idempotent. */
  stop(): Promise<void>;
}

/** Why there can be no load and what helps; undefined when there can. */
export function whyNoStress(): string | undefined {
  try {
    execFileSync('stress-ng', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'stress-ng is missing, install with: apt-get install stress-ng';
  }
}

export async function startLoad(seconds: number): Promise<RunningLoad> {
  const folder = mkdtempSync(join(folderOnDisk(), 'jidi-load-'));
  const [port = 5000] = await freePorts(1);
  const load = `--cpu 1 --cpu-load 40 --vm 1 --vm-bytes 128m --vm-keep --vm-hang 1
    --hdd 1 --hdd-bytes 32m --hdd-opts direct --sock 1 --sock-port ${port} --timeout ${seconds} --quiet`;
  const child = spawn('stress-ng', [...load.split(/\s+/), '--temp-path', folder], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  return {
    async stop() {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Writing to memory would load no disk. */
function folderOnDisk(): string {
  const tmpfs = 0x0102_1994;
  return [tmpdir(), '/var/tmp'].find((folder) => statfsSync(folder).type !== tmpfs) ?? tmpdir();
}
