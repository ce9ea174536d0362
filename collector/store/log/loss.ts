// In: a declared loss and the numbers that are there. Out: what is lost in truth.
import type { Gap, SequenceRange } from '../../../shared/model/delivery.ts';
import type { SequenceRanges } from '../../../shared/sequence-ranges.ts';

/**
 * The gap without what is there: its sequences are those from the first missing number to the last one, its count is
 * the missing numbers' share of it, at least 1; a count of 0 (nobody can know) stays. undefined when none is missing.
 */
export function lossLeft(present: SequenceRanges, gap: Gap, declared: SequenceRange): Gap | undefined {
  const missing = present.missing(declared);
  const [first] = missing;
  const last = missing.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const left = missing.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const whole = declared.to - declared.from + 1;
  const count = gap.count === 0 ? 0 : Math.max(1, Math.round((gap.count * left) / whole));
  return { ...gap, count, sequences: { from: first.from, to: last.to } };
}
