// What perf is to record for an event. In: the event asked for and what this program may. Out: perf's events, what weights count.
// `wall` needs two: the clock while a thread runs, and where it was when it left its CPU.
import type { ProfileEvent, WeightUnit } from '../../../shared/model/profile.ts';
import { eventFor, type PerfAccess } from './perf-access.ts';

/** `switches`: perf tells of every thread that ran; `looks`: of none. */
export type WaitSource = 'switches' | 'looks';

export interface SampledEvent {
  /** perf's name of what is sampled. */
  readonly name: string;
  readonly perfArguments: readonly string[];
  readonly unit: WeightUnit;
  /** Where the time off the CPU is told: by perf, or by looks at /proc; null where only time on a CPU counts. */
  readonly waits: WaitSource | null;
}

/** One sample for each. */
export const switchEvent = 'context-switches';

export function sampledEvent(event: ProfileEvent, access: PerfAccess): SampledEvent {
  const clock = eventFor(access);
  const part = clock.endsWith(':u') ? ':u' : '';
  if (event === 'cpu-clock')
    return { name: clock, perfArguments: ['--event', clock], unit: 'samples', waits: null };
  // The switch is the kernel's: without a right to see the kernel, there is no place and no time of it.
  if (event === 'wall' && part !== '')
    return { name: clock, perfArguments: ['--event', clock], unit: 'microseconds', waits: 'looks' };
  if (event === 'wall') {
    const args = ['--event', `${clock},${switchEvent}/period=1/`, '--switch-events'];
    return { name: `${clock},${switchEvent}`, perfArguments: args, unit: 'microseconds', waits: 'switches' };
  }
  return {
    name: `${event}${part}`,
    perfArguments: ['--event', `${event}${part}`],
    unit: 'events',
    waits: null,
  };
}
