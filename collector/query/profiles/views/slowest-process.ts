// In: the profile of a job. Out: the process that works longest outside of MPI, and the one in the middle: the others wait for
// the first. Where some processes have a rank, only those count.
// It refuses (QueryError) fewer than two processes.
import type { SampleChoice } from '../../../../shared/api/profile-view.ts';
import type { FunctionClasses } from '../../../../shared/stacks/function-class.ts';
import { QueryError } from '../../query.ts';
import type { ProfileSource, WholeProfile } from '../profile-parts.ts';
import { sampleChoice } from '../sample-choice.ts';
import { type SpreadSum, sumSpread } from './spread-sums.ts';

export async function slowestAndMiddle(
  source: ProfileSource,
  classes: FunctionClasses,
  { whole, choice }: { readonly whole: WholeProfile; readonly choice: SampleChoice },
): Promise<{ readonly slowest: SampleChoice; readonly middle: SampleChoice }> {
  const sums = await sumSpread(source, classes, { whole, choice, wanted: {}, over: 'process' });
  const ranked = sums.filter(({ rank }) => rank !== null);
  const order = (ranked.length > 0 ? ranked : sums).toSorted((a, b) => b.own - a.own);
  const slowest = order[0];
  const middle = order[Math.floor(order.length / 2)];
  if (slowest === undefined || middle === undefined || slowest === middle) {
    throw new QueryError(
      'nothing-chosen',
      `profile ${whole.profile.id}: ${order.length} processes, at least two are compared`,
      'Profile a job: jidi profile start --job JOB.',
    );
  }
  return { slowest: choiceOf(slowest, choice), middle: choiceOf(middle, choice) };
}

function choiceOf({ node, pid, rank }: SpreadSum, { from, to }: SampleChoice): SampleChoice {
  return sampleChoice({
    from,
    to,
    node: node === '' ? undefined : node,
    pid: pid ?? undefined,
    rank: rank ?? undefined,
  });
}
