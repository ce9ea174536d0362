// The reasons of this program, each with its remedy: stable codes for programs, sentences for people.
import type { Reason } from '../../shared/model/reason.ts';
import { truncate, visible } from '../../shared/text.ts';

export function perfMissing(perfPath: string | null): Reason {
  return {
    code: 'perf-missing',
    message:
      perfPath === null ? 'the perf program is not installed on this node' : `${perfPath} is not a program`,
    remedy:
      'Install it: apt-get install linux-perf (Debian), apt-get install linux-tools-generic (Ubuntu), ' +
      'dnf install perf (EL).',
  };
}

/** Ubuntu's script stands where perf should be and says that the kernel's version of it is missing. */
export function isMissingForKernel(complaint: string): boolean {
  return /perf not found for kernel/i.test(complaint);
}

/** What perf and the kernel say when a right is missing. */
export function isRefusal(complaint: string): boolean {
  return /perf_event_paranoid|permission denied|operation not permitted|limited\.|EACCES|EPERM/i.test(
    complaint,
  );
}

/** perf could not find the process it was given. */
export function isNoProcess(complaint: string): boolean {
  return /no such process/i.test(complaint);
}

export function isFileFull(complaint: string): boolean {
  return /size limit reached/i.test(complaint);
}

export function perfFailed(step: 'record' | 'script', code: number | null, complaint: string): Reason {
  const said = truncate(visible(complaint.trim().replace(/\s+/g, ' ')), 400);
  return {
    code: 'perf-failed',
    message: `perf ${step} ended with ${code === null ? 'a signal' : `code ${code}`}${said === '' ? '' : `: ${said}`}`,
    remedy: 'Run the same perf by hand on the node; a perf that is older than the kernel needs an update.',
  };
}

export function perfStuck(step: 'record' | 'script', afterMs: number): Reason {
  return {
    code: 'perf-stuck',
    message: `perf ${step} did not end within ${Math.round(afterMs / 1000)} s and was killed`,
    remedy:
      'Try a shorter duration or a lower frequency; a node that is short of memory or disk needs attention.',
  };
}

export function processGone(pid: number): Reason {
  return {
    code: 'process-gone',
    message: `process ${pid} does not exist on this node`,
    remedy: 'List the processes of the node again and choose one that runs.',
  };
}

export function pidReused(pid: number, wantedMs: number, foundMs: number): Reason {
  const [wanted, found] = [wantedMs, foundMs].map((ms) => new Date(ms).toISOString());
  return {
    code: 'pid-reused',
    message: `process ${pid} began at ${found}, not at ${wanted}: the number belongs to another process now`,
    remedy: 'List the processes of the node again and choose one that runs.',
  };
}

export function threadElsewhere(pid: number, thread: number): Reason {
  return {
    code: 'thread-elsewhere',
    message: `process ${pid} has no thread ${thread}`,
    remedy: 'Choose threads of the process itself, or leave them out.',
  };
}

/** `name` of what has no process here: a job, a control group. */
export function nothingThere(name: string): Reason {
  return {
    code: 'target-empty',
    message: `${name} has no process on this node`,
    remedy: 'See on which nodes it runs, and whether it still does: jidi top NODE.',
  };
}

export function processesLeftOut(name: string, sampled: number, left: number): Reason {
  return {
    code: 'target-too-large',
    message: `${name} has ${sampled + left} processes here; ${sampled} were sampled`,
    remedy: 'Profile the node, or one process and its children.',
  };
}

/** `here`: the events that the machine has. */
export function eventMissing(event: string, here: readonly string[] = ['cpu-clock', 'wall']): Reason {
  return {
    code: 'event-missing',
    message: `this machine does not count ${event}: its processor or its virtual machine offers no such counter`,
    remedy: `Choose an event that exists here: ${here.join(', ')}.`,
  };
}

/** perf could not open the event on this machine. */
export function isEventMissing(complaint: string): boolean {
  return /not supported|no such device|unknown error 19|ENOENT|ENODEV|EOPNOTSUPP/i.test(complaint);
}

export function targetEnded(name: string, coveredMs: number, durationMs: number): Reason {
  const covered = (coveredMs / 1000).toFixed(1);
  return {
    code: 'process-ended',
    message: `${name} ended after ${covered} s of ${(durationMs / 1000).toFixed(0)} s; the profile shows that time`,
    remedy: 'Start the profile earlier in the run, or with a shorter duration.',
  };
}

export function recordingFull(coveredMs: number): Reason {
  return {
    code: 'recording-full',
    message: `the recording reached its largest size after ${(coveredMs / 1000).toFixed(1)} s; the profile shows that time`,
    remedy: 'Choose a lower frequency or a shorter duration.',
  };
}

export function noSamples(name: string): Reason {
  return {
    code: 'no-samples',
    message: `no thread of ${name} was at work long enough to be sampled: it slept, waited, or did little in each`,
    remedy: 'Choose a process whose CPU ratio is above 0, a longer duration or a higher frequency.',
  };
}

export function profilerCrashed(detail: string): Reason {
  return {
    code: 'profiler-crashed',
    message: `the profiler program ended without a result: ${detail}`,
    remedy: 'Try again; if it happens again, look into the log of the agent.',
  };
}

/** Only the service knows more. */
export function profilerHungUp(): Reason {
  return {
    code: 'profiler-crashed',
    message: 'the profiler program ended without a result: its service hung up without a word',
    remedy: "Look at its log on the node: journalctl -u 'jidi-profiler@*'.",
  };
}

export function profilerUnreachable(socketPath: string, code: string): Reason {
  return {
    code: 'profiler-unreachable',
    message: `the profiler of this node cannot be reached: ${socketPath}: ${code}`,
    remedy:
      'Start it on the node: systemctl enable --now jidi-profiler.socket; or let the agent run it itself, profiler.how: child.',
  };
}

export function profilerOverdue(afterMs: number): Reason {
  return {
    code: 'profiler-overdue',
    message: `the profiler program gave no result within ${Math.round(afterMs / 1000)} s and was killed`,
    remedy: 'Try a shorter duration or a lower frequency.',
  };
}

export function tooManyProfiles(limit: number): Reason {
  return {
    code: 'too-many-profiles',
    message: `${limit} profiles are being taken on this node already`,
    remedy: 'Wait until one of them is over, or stop one.',
  };
}

/** One recording that is larger than any may be. */
export function tooManySamples(
  samples: number,
  bytes: number,
  limits: { readonly samples: number; readonly bytes: number },
): Reason {
  return {
    code: 'too-many-samples',
    message: `the profile would come to ${amount(samples, bytes)}; ${amount(limits.samples, limits.bytes)} are the most`,
    remedy: `Choose a frequency or a duration ${factor(samples / limits.samples, bytes / limits.bytes)} times smaller, or frame pointers.`,
  };
}

/** `used`: what the other recordings take. */
export function nodeBudgetUsed(
  need: { readonly samples: number; readonly bytes: number },
  used: { readonly samples: number; readonly bytes: number; readonly profiles: number },
  limits: { readonly samples: number; readonly bytes: number },
): Reason {
  return {
    code: 'node-budget-used',
    message:
      `the profile would come to ${amount(need.samples, need.bytes)}, and ${used.profiles} on this node take ` +
      `${amount(used.samples, used.bytes)}; ${amount(limits.samples, limits.bytes)} together are the most`,
    remedy: 'Wait until one of them is over, or choose a lower frequency or a shorter duration.',
  };
}

export function waitsRecordedAlready(): Reason {
  return {
    code: 'waits-recorded-already',
    message: 'another profile of the same processes records their waits; two at a time get mixed up',
    remedy: 'Wait until it is over, or take this one with the event cpu-clock.',
  };
}

export function noRoomOnDisk(needBytes: number, freeBytes: number, folder: string): Reason {
  return {
    code: 'no-room-on-disk',
    message: `the recording may take ${mebibytes(needBytes)}, and ${folder} has ${mebibytes(freeBytes)} free for it`,
    remedy: 'Free space there, or choose a lower frequency, a shorter duration or frame pointers.',
  };
}

function amount(samples: number, bytes: number): string {
  return `${samples.toLocaleString('en')} samples and ${mebibytes(bytes)}`;
}

function mebibytes(bytes: number): string {
  return `${Math.max(0, Math.ceil(bytes / 2 ** 20)).toLocaleString('en')} MiB`;
}

function factor(...ratios: readonly number[]): string {
  return Math.ceil(Math.max(...ratios, 1)).toLocaleString('en');
}
