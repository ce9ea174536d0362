// Why no program can be built and profiled on this machine, and what helps; undefined when it can. It tries it with perf itself.
import { spawnSync } from 'node:child_process';

/** What perf must be able to see: processes of this user, their switches in the kernel, or all of the machine. */
export type Reach = 'own processes' | 'switches' | 'machine';

const wanted: Readonly<Record<Reach, { readonly options: readonly string[]; readonly refusal: string }>> = {
  'own processes': {
    options: ['-e', 'cpu-clock:u'],
    refusal: 'perf may not sample as this user, allow with: sysctl kernel.perf_event_paranoid=2',
  },
  switches: {
    options: ['-e', 'context-switches'],
    refusal: 'perf may not see the kernel; run the tests as root',
  },
  machine: {
    options: ['-a', '-e', 'cpu-clock'],
    refusal: 'perf may not sample the whole machine; run the tests as root',
  },
};

export function whyNoProfile(reach: Reach = 'own processes'): string | undefined {
  if (spawnSync('cc', ['--version']).error !== undefined) {
    return 'cc is missing, install with: apt-get install gcc libc6-dev';
  }
  if (spawnSync('perf', ['--version']).error !== undefined) {
    return 'perf is missing, install with: apt-get install linux-perf';
  }
  const { options, refusal } = wanted[reach];
  const tried = spawnSync('perf', ['record', ...options, '-o', '/dev/null', 'true']);
  return tried.status === 0 ? undefined : refusal;
}
