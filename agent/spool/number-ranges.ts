// Small questions about ranges of sequence numbers. In: ranges, ascending and apart. Out: the same.
import type { SequenceRange } from '../../shared/model/delivery.ts';
import { type Loss, mergeLosses } from './segment-scan.ts';

/** The parts of a range that no hole covers. */
export function without(
  { from, to }: SequenceRange,
  holes: readonly SequenceRange[],
): readonly SequenceRange[] {
  const parts: SequenceRange[] = [];
  let next = from;
  for (const hole of holes) {
    if (hole.to < next || hole.from > to) continue;
    if (hole.from > next) parts.push({ from: next, to: hole.from - 1 });
    next = hole.to + 1;
  }
  if (next <= to) parts.push({ from: next, to });
  return parts;
}

export function isWithin(holes: readonly SequenceRange[], sequence: number): boolean {
  return holes.some(({ from, to }) => sequence >= from && sequence <= to);
}

export function withHoles(
  holes: readonly SequenceRange[],
  losses: readonly Loss[],
): readonly SequenceRange[] {
  if (losses.length === 0) return holes;
  return [...holes, ...losses.map(({ from, to }) => ({ from, to }))].toSorted(
    (one, other) => one.from - other.from,
  );
}

export function joined(losses: readonly Loss[]): readonly Loss[] {
  const merged: Loss[] = [];
  for (const loss of losses) {
    const before = merged.at(-1);
    if (before !== undefined && before.to === loss.from - 1)
      merged[merged.length - 1] = mergeLosses(before, loss);
    else merged.push(loss);
  }
  return merged;
}
