// How much a device has to do, 0 to 1, as far as the job of the node tells it.
import type { Moment } from './moment.ts';

/** What a meter follows: cores, GPUs or the network. */
export type Follows = 'cores' | 'gpu' | 'network';

const networkShare: Readonly<Record<string, number>> = {
  gromacs: 0.25,
  openfoam: 0.3,
  pytorch: 0.45,
  wrf: 0.35,
  blast: 0.02,
  espresso: 0.4,
  build: 0.01,
};

export function jobShareOf(follows: Follows, { job, random }: Moment, busyShare: number): number {
  if (follows === 'cores') return busyShare;
  if (job === null) return 0;
  const { gpu, name } = job.application;
  if (follows === 'gpu') return gpu === 0 ? 0 : Math.min(1, Math.max(0, gpu + 0.06 * random.bell()));
  // A job on one node talks to nobody.
  return job.firstNode === job.lastNode ? 0 : (networkShare[name] ?? 0) * random.between(0.5, 1.5);
}
