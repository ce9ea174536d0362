// In: a profile, which of its samples, which functions are looked for, the step. Out: how their weight lies in time.
// It refuses (QueryError) more steps than anybody looks at.
import {
  type ProfileTimeline,
  stackViewLimits,
  type TimelineParameters,
} from '../../../../shared/api/profile-view.ts';
import type { Profile } from '../../../../shared/model/profile.ts';
import { timeMap } from '../../../../shared/stacks/samples.ts';
import { QueryError } from '../../query.ts';
import {
  findProfile,
  nothingChosen,
  type ProfileSource,
  recordedParts,
  samplesOf,
} from '../profile-parts.ts';
import { choiceName, hasChosen, heldChoice, sampleChoice } from '../sample-choice.ts';
import { wantedNodes } from '../wanted-functions.ts';

export async function viewTimeline(
  source: ProfileSource,
  { id, asked }: { readonly id: string; readonly asked: TimelineParameters },
): Promise<ProfileTimeline> {
  const whole = await findProfile(source, id);
  const { from = 0, to, step = stackViewLimits.step.default } = asked;
  const choice = sampleChoice(asked);
  const held = heldChoice(choice);
  const cells = cellsOf(whole.profile, { from, to: to ?? lengthOf(whole.profile), step });
  // A sample may reach beyond what was asked for: it is in time all the same.
  const weights = new Float64Array(to === undefined ? stackViewLimits.cells : cells);
  let isMet = false;
  for await (const one of recordedParts(source, whole, choice)) {
    const samples = samplesOf(one, 'times');
    isMet ||= hasChosen(choice, one);
    const { unit } = one.part;
    const isWanted = wantedNodes(one.recorded, asked);
    const grid = { fromMs: from * 1000, stepMs: step * 1000, cells: weights.length };
    timeMap(samples, { unit, choice: held, ...grid, onto: weights, isWanted });
  }
  if (!isMet) throw nothingChosen(whole.profile, `${choiceName(choice)}: not in it`);
  const used = 1 + weights.findLastIndex((weight) => weight > 0);
  return { from, step, weights: Array.from(weights.subarray(0, Math.max(cells, used))) };
}

function cellsOf(
  { id }: Profile,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
): number {
  // What is a hair above a whole number is that number.
  const cells = Math.max(0, Math.ceil((to - from) / step - 1e-9));
  if (cells <= stackViewLimits.cells) return cells;
  throw new QueryError(
    'bad-parameter',
    `profile ${id}: ${cells} steps of ${step} s, at most ${stackViewLimits.cells} are shown`,
    'Ask for a larger step, or for a window with from and to.',
  );
}

/** Seconds. Of a job one wrong clock tells the begin or the end of all: no longer than was asked for. */
function lengthOf({ startedTimeMs, endedTimeMs, durationMs, nodeCount }: Profile): number {
  if (startedTimeMs === null || endedTimeMs === null) return durationMs / 1000;
  const lastedMs = endedTimeMs - startedTimeMs;
  return (nodeCount > 1 ? Math.min(lastedMs, durationMs) : lastedMs) / 1000;
}
