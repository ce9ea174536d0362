// What is too old to be kept anywhere: the whole hour that it belongs to is.
import { hourMs } from '../partitions/tier.ts';

export function isOutdated(timeMs: number, oldestMs: number): boolean {
  return (Math.floor(timeMs / hourMs) + 1) * hourMs <= oldestMs;
}
