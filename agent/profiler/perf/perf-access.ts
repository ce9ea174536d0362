// What this program may sample, and why perf was refused. In: /proc/self/status and
// /proc/sys/kernel/perf_event_paranoid. Out: the event to sample, or a reason with its remedy. It refuses nothing
// beforehand: perf may have capabilities of its own (setcap), so only the kernel's answer counts.
import { readFileSync } from 'node:fs';
import type { Reason } from '../../../shared/model/reason.ts';

// Numbers of include/uapi/linux/capability.h.
const capabilityPtrace = 19n;
const capabilityAdmin = 21n;
const capabilityPerfmon = 38n;

export interface PerfAccess {
  readonly uid: number;
  /** Effective capabilities as a bit mask. */
  readonly capabilities: bigint;
  /** kernel.perf_event_paranoid; null when the kernel has no perf events. */
  readonly paranoid: number | null;
}

export function readPerfAccess(procRoot = '/proc'): PerfAccess {
  const status = readText(`${procRoot}/self/status`);
  const paranoid = readText(`${procRoot}/sys/kernel/perf_event_paranoid`).trim();
  return {
    uid: Number(/^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? -1),
    capabilities: BigInt(`0x${/^CapEff:\s+([0-9a-f]{1,32})$/m.exec(status)?.[1] ?? '0'}`),
    paranoid: /^-?\d+$/.test(paranoid) ? Number(paranoid) : null,
  };
}

/** At level 2 and above only the user part may be sampled without a capability. */
export function eventFor(access: PerfAccess): 'cpu-clock' | 'cpu-clock:u' {
  return isPrivileged(access) || (access.paranoid ?? 0) < 2 ? 'cpu-clock' : 'cpu-clock:u';
}

/** Why perf was refused the process of this user. */
export function refusalReason(access: PerfAccess, targetUid: number): Reason {
  const grant =
    'Give the profiler CAP_PERFMON: AmbientCapabilities=CAP_PERFMON in its unit, or ' +
    'setcap cap_perfmon+ep on the perf program';
  const { paranoid } = access;
  if (!isPrivileged(access) && access.uid !== targetUid && !has(access, capabilityPtrace)) {
    const message = `the process belongs to user ${targetUid}, and the profiler, user ${access.uid}, may sample only its own`;
    return { code: 'perf-forbidden', message, remedy: `${grant}.` };
  }
  if (!isPrivileged(access) && paranoid !== null && paranoid >= 3) {
    const message = `kernel.perf_event_paranoid is ${paranoid}: nobody may sample without a capability`;
    const remedy = `${grant}; or set sysctl kernel.perf_event_paranoid=2 (user part of own processes only).`;
    return { code: 'perf-forbidden', message, remedy };
  }
  const level = paranoid === null ? 'not there' : String(paranoid);
  const message = `the kernel refused perf the process (kernel.perf_event_paranoid is ${level})`;
  const remedy = `${grant}; or set sysctl kernel.perf_event_paranoid=2 or lower. In a container the host decides.`;
  return { code: 'perf-forbidden', message, remedy };
}

function isPrivileged(access: PerfAccess): boolean {
  return has(access, capabilityPerfmon) || has(access, capabilityAdmin);
}

function has(access: PerfAccess, capability: bigint): boolean {
  return ((access.capabilities >> capability) & 1n) === 1n;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A kernel without perf events has no such file.
    return '';
  }
}
