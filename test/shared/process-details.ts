// What most processes of most tests have in common: no job, nothing unusual.
import type { ProcessSample, ProcessSnapshot } from '../../shared/model/process.ts';

export const plainDetails = {
  step: null,
  localRank: null,
  outsideJob: false,
  allowedCpus: null,
  waitChannel: null,
  voluntarySwitchesPerSecond: null,
  involuntarySwitchesPerSecond: null,
  gpuMemoryBytes: null,
} as const satisfies Partial<ProcessSample>;

export const noneWaiting = {
  zombieCount: 0,
  uninterruptibleCount: 0,
} as const satisfies Partial<ProcessSnapshot>;
