// In: the fields of the dialog that starts a profile. Out: the order as the API takes it. What is empty is left to the
// collector's defaults; what is wrong it refuses with a reason. Pure.
import type { StartProfile } from '../../../shared/api/profile.ts';
import { callGraphChoices, profileEvents } from '../../../shared/model/profile.ts';

export const orderTargets = ['job', 'node', 'process', 'cgroup'] as const;
export type OrderTarget = (typeof orderTargets)[number];

/** A process that was pointed at: the same number later may be another one. */
export interface OrderedProcess {
  readonly pid: number;
  readonly startTime: number;
}

/** Answers `null` for a field that is not there, as FormData does. */
export interface Fields {
  get(name: string): unknown;
}

export function orderOf(target: OrderTarget, fields: Fields, process: OrderedProcess | null): StartProfile {
  const nodes = textOf(fields, 'nodes');
  const event = profileEvents.find((one) => one === fields.get('event'));
  const callGraph = callGraphChoices.find((one) => one === fields.get('callGraph'));
  return {
    ...(nodes === '' ? {} : { nodes }),
    ...targetOf(target, fields, process),
    duration: Number(fields.get('duration')),
    frequency: Number(fields.get('frequency')),
    ...(event === undefined ? {} : { event }),
    ...(callGraph === undefined || callGraph === 'auto' ? {} : { callGraph }),
    ...(fields.get('inlined') === null ? {} : { inlined: true }),
  };
}

function targetOf(
  target: OrderTarget,
  fields: Fields,
  process: OrderedProcess | null,
): Partial<StartProfile> {
  const children = fields.get('children') === null ? {} : { children: true };
  switch (target) {
    case 'job':
      return { job: textOf(fields, 'job') };
    case 'node':
      return { wholeNode: true };
    case 'cgroup':
      return { cgroup: textOf(fields, 'cgroup') };
    case 'process':
      return process === null
        ? { pid: Number(fields.get('pid')), ...children }
        : { pid: process.pid, startTime: process.startTime, ...children };
  }
}

function textOf(fields: Fields, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
