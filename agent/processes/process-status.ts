// Reads /proc/PID/status (proc_pid_status(5)). In: its text, written by the kernel, but for the name. Out: the fields
// wanted here; what is missing or cut is null.

export interface ProcessStatus {
  /** -1 when it is not told. */
  readonly effectiveUid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  /** '0-3,8'; null also where the list is longer than may be told. */
  readonly allowedCpus: string | null;
  /** Of the first thread, since its start. */
  readonly voluntarySwitches: number | null;
  readonly involuntarySwitches: number | null;
}

const longestCpuList = 256;
const mostGroups = 256;

export function parseProcessStatus(text: string): ProcessStatus {
  // Line feeds in the name are escaped by the kernel, so no name can begin a line.
  const groups = /^Groups:\t([\d ]*)\n/m.exec(text)?.[1]?.trim() ?? '';
  const allowedCpus = /^Cpus_allowed_list:\t([\d,-]+)\n/m.exec(text)?.[1] ?? null;
  return {
    effectiveUid: Number(/^Uid:\s+\d+\s+(\d+)\s/m.exec(text)?.[1] ?? -1),
    groups: groups === '' ? [] : groups.split(' ', mostGroups).map(Number),
    allowedCpus: allowedCpus !== null && allowedCpus.length > longestCpuList ? null : allowedCpus,
    voluntarySwitches: countOf(/^voluntary_ctxt_switches:\t(\d+)\n/m.exec(text)),
    involuntarySwitches: countOf(/^nonvoluntary_ctxt_switches:\t(\d+)\n/m.exec(text)),
  };
}

function countOf(match: RegExpExecArray | null): number | null {
  return match?.[1] === undefined ? null : Number(match[1]);
}
