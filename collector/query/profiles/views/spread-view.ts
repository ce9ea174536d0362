// In: a profile, which of its samples, which functions are looked for. Out: a row for each thread, process or node, the
// heaviest first. Bound: 10,000 rows; how many found no room is told.
import {
  type ProfileSpread,
  type SpreadParameters,
  stackViewLimits,
} from '../../../../shared/api/profile-view.ts';
import type { FunctionClasses } from '../../../../shared/stacks/function-class.ts';
import { findProfile, type ProfileSource } from '../profile-parts.ts';
import { sampleChoice } from '../sample-choice.ts';
import { sumSpread } from './spread-sums.ts';

export async function viewSpread(
  source: ProfileSource,
  classes: FunctionClasses,
  { id, asked }: { readonly id: string; readonly asked: SpreadParameters },
): Promise<ProfileSpread> {
  const whole = await findProfile(source, id);
  const choice = sampleChoice(asked);
  const sums = await sumSpread(source, classes, {
    whole,
    choice,
    wanted: asked,
    over: asked.over ?? 'process',
  });
  const order = sums.toSorted((a, b) => b.all - a.all);
  const rows = order.slice(0, stackViewLimits.rows).map(({ all, own, ...row }) => ({
    ...row,
    weight: all,
    ownShare: all === 0 ? 0 : own / all,
  }));
  return { rows, left: order.length - rows.length };
}
