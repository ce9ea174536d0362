// What a profile is to sample, as options. In: options. Out: the fields of an order that say so. It refuses none, and more than one.
import type { Command } from 'commander';
import type { StartProfile } from '../../shared/api/profile.ts';
import { profileLimits } from '../../shared/model/profile.ts';
import { CliError, exitCodes } from '../exit-code.ts';
import type { Say } from '../language/language.ts';
import { integerFrom } from '../option-values.ts';

export interface TargetOptions {
  readonly pid?: number;
  readonly children?: true;
  readonly thread?: readonly number[];
  readonly job?: string;
  readonly cgroup?: string;
  readonly wholeNode?: true;
}

type AskedTarget = Pick<StartProfile, 'pid' | 'children' | 'threads' | 'job' | 'cgroup' | 'wholeNode'>;

export function addTargetOptions(command: Command, say: Say): Command {
  const pid = integerFrom(profileLimits.pid.min, profileLimits.pid.max);
  const gather = (text: string, earlier: readonly number[] = []): readonly number[] => [
    ...earlier,
    pid(text),
  ];
  return command
    .option('--pid <pid>', say('help.pid'), pid)
    .option('--children', say('help.children'))
    .option('--thread <tid>', say('help.thread'), gather)
    .option('--job <job>', say('help.job'))
    .option('--cgroup <path>', say('help.cgroup'))
    .option('--whole-node', say('help.wholeNode'));
}

/** The fields of the API's order that say what. */
export function targetOf({ pid, children, thread, job, cgroup, wholeNode }: TargetOptions): AskedTarget {
  const found: AskedTarget[] = [];
  if (pid !== undefined) {
    const threads = thread === undefined ? {} : { threads: [...thread] };
    found.push({ pid, ...(children === true ? { children } : {}), ...threads });
  }
  if (job !== undefined) found.push({ job });
  if (cgroup !== undefined) found.push({ cgroup });
  if (wholeNode === true) found.push({ wholeNode });
  const [target] = found;
  if (target !== undefined && found.length === 1) return target;
  const remedy = 'Give one of --pid PID, --job JOB, --cgroup PATH, --whole-node.';
  const message = found.length === 0 ? 'what to profile: not said' : 'what to profile: said more than once';
  throw new CliError(exitCodes.usage, message, remedy);
}

export function askedName({ pid, job, cgroup }: AskedTarget): string {
  if (pid !== undefined) return `pid ${pid}`;
  return job === undefined ? (cgroup ?? 'node') : `job ${job}`;
}
