// The kernel's own counters, read here without any of the product's code. In: /proc. Out: plain numbers in the units
// and under the names of the product's metrics, so that the two can be laid side by side.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** USER_HZ: 100 on every platform that Linux runs Node.js on. */
const ticksPerSecond = 100;
const pageBytes = 4096;

/** Metric and labels → value, for instance `node_disk_written_bytes_total device=sda`. */
export type Reading = ReadonlyMap<string, number>;

export function readKernel(): Reading {
  return new Map([...readCpu(), ...readMemory(), ...readDisks(), ...readInterfaces()]);
}

/** Calls `read` right after every whole second, until it says that this is enough. */
export async function atEverySecond(read: (second: number) => boolean | Promise<boolean>): Promise<void> {
  for (;;) {
    await delay(1000 - (Date.now() % 1000));
    // Timers may come a moment early.
    while (Date.now() % 1000 > 900);
    const second = Math.floor(Date.now() / 1000);
    if (await read(second)) return;
  }
}

export interface ProcessReading {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** Every process with its CPU time so far and its memory; those that end meanwhile are left out. */
export function readProcesses(): ReadonlyMap<number, ProcessReading> {
  const processes = new Map<number, ProcessReading>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const reading = readProcess(Number(name));
    if (reading !== undefined) processes.set(Number(name), reading);
  }
  return processes;
}

export function readProcess(pid: number): ProcessReading | undefined {
  try {
    const fields = statFields(pid);
    const resident = Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]);
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { cpuSeconds: ticks / ticksPerSecond, residentBytes: resident * pageBytes };
  } catch {
    // It has ended.
    return undefined;
  }
}

/** Start of the process in seconds since the Unix epoch, from its start in ticks since the boot. */
export function startOfProcess(pid: number): number {
  const bootTime = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1]);
  return bootTime + Number(statFields(pid)[19]) / ticksPerSecond;
}

/** The fields of /proc/PID/stat behind the name: the first is the state. */
function statFields(pid: number): readonly string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function readCpu(): [string, number][] {
  const modes = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'];
  return linesOf('/proc/stat').flatMap((line) => {
    const [, core, rest = ''] = /^cpu(\d+) (.*)$/.exec(line) ?? [];
    if (core === undefined) return [];
    const ticks = rest.split(' ').map(Number);
    return modes.map((mode, index): [string, number] => [
      `node_cpu_seconds_total cpu=${core},mode=${mode}`,
      (ticks[index] ?? 0) / ticksPerSecond,
    ]);
  });
}

function readMemory(): [string, number][] {
  return linesOf('/proc/meminfo').flatMap((line) => {
    const [, name, kilobytes] = /^(Mem\w+|Cached|Dirty|AnonPages):\s+(\d+) kB$/.exec(line) ?? [];
    return name === undefined ? [] : [[`node_memory_${name}_bytes`, Number(kilobytes) * 1024]];
  });
}

function readDisks(): [string, number][] {
  return linesOf('/proc/diskstats').flatMap((line): [string, number][] => {
    const [, , device, ...fields] = line.trim().split(/\s+/);
    const value = (index: number): number => Number(fields[index]);
    return [
      [`node_disk_writes_completed_total device=${device}`, value(4)],
      [`node_disk_written_bytes_total device=${device}`, value(6) * 512],
      [`node_disk_io_time_seconds_total device=${device}`, value(9) / 1000],
    ];
  });
}

function readInterfaces(): [string, number][] {
  return linesOf('/proc/net/dev').flatMap((line): [string, number][] => {
    const [, device, rest = ''] = /^\s*([^:|]+):\s*(\d.*)$/.exec(line) ?? [];
    if (device === undefined) return [];
    const fields = rest.split(/\s+/).map(Number);
    return [
      [`node_network_receive_bytes_total device=${device}`, fields[0] ?? 0],
      [`node_network_receive_packets_total device=${device}`, fields[1] ?? 0],
      [`node_network_transmit_bytes_total device=${device}`, fields[8] ?? 0],
    ];
  });
}

function linesOf(path: string): readonly string[] {
  return readFileSync(path, 'latin1').split('\n');
}
