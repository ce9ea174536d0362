// Builds a small /proc in a folder of its own, so that a test can let processes live, change and end.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FakeProcess {
  readonly name?: string | Buffer;
  readonly state?: string;
  readonly parentPid?: number;
  readonly flags?: number;
  readonly cpuTicks?: number;
  readonly threads?: number;
  readonly startTicks?: number;
  readonly residentPages?: number;
  readonly command?: string | Buffer;
  readonly uid?: number;
  readonly cgroup?: string;
  /** Bytes read and written; null for a file that cannot be read. */
  readonly storage?: readonly [number, number] | null;
}

export class ProcTree {
  readonly root = mkdtempSync(join(tmpdir(), 'jidi-proc-'));
  private lastPid = 0;

  constructor() {
    this.machine({ uptimeSeconds: 1000, busyTicks: 0 });
    writeFileSync(join(this.root, 'meminfo'), 'MemTotal:       4096000 kB\nMemFree: 1 kB\n');
    mkdirSync(join(this.root, 'etc'));
    writeFileSync(
      join(this.root, 'etc', 'passwd'),
      'root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n',
    );
  }

  machine(state: { readonly uptimeSeconds: number; readonly busyTicks: number }): void {
    writeFileSync(join(this.root, 'uptime'), `${state.uptimeSeconds.toFixed(2)} 0.00\n`);
    const stat = `cpu  ${state.busyTicks} 0 0 5000 0 0 0 0 0 0\nintr 5\nbtime 1700000000\nprocesses 9\n`;
    writeFileSync(join(this.root, 'stat'), stat);
  }

  /** As the kernel: a new pid shows in loadavg. */
  put(pid: number, process: FakeProcess = {}): void {
    const folder = join(this.root, String(pid));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'stat'), statLine(pid, process));
    writeFileSync(join(folder, 'cmdline'), process.command ?? '');
    const uid = process.uid ?? 0;
    writeFileSync(join(folder, 'status'), `Name:\tx\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nThreads:\t1\n`);
    writeFileSync(join(folder, 'cgroup'), process.cgroup ?? '0::/\n');
    if (process.storage === null) chmodSync(join(folder, 'io'), 0);
    else if (process.storage !== undefined) writeFileSync(join(folder, 'io'), ioText(process.storage));
    this.lastPid = Math.max(this.lastPid, pid);
    this.writeLoad();
  }

  end(pid: number): void {
    rmSync(join(this.root, String(pid)), { recursive: true });
    this.lastPid += 1;
    this.writeLoad();
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private writeLoad(): void {
    writeFileSync(join(this.root, 'loadavg'), `0.00 0.01 0.05 1/100 ${this.lastPid}\n`);
  }
}

function statLine(pid: number, process: FakeProcess): Buffer {
  const { state = 'S', parentPid = 1, flags = 4194304, cpuTicks = 0, threads = 1 } = process;
  const rest =
    `) ${state} ${parentPid} 1 1 0 -1 ${flags} 0 0 0 0 ${cpuTicks} 0 7 7 20 0 ${threads} 0 ` +
    `${process.startTicks ?? 500} 999 ${process.residentPages ?? 0} 18446744073709551615 1 2\n`;
  return Buffer.concat([Buffer.from(`${pid} (`), Buffer.from(process.name ?? 'prog'), Buffer.from(rest)]);
}

function ioText([readBytes, writeBytes]: readonly [number, number]): string {
  return (
    `rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: ${readBytes}\nwrite_bytes: ${writeBytes}\n` +
    'cancelled_write_bytes: 77\n'
  );
}
