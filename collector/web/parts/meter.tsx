// A share as a small bar with its figure; a dash where it is not known.
import { formatRatio } from '../../../shared/format.ts';

export interface MeterProps {
  readonly value: number | null;
  /** What fills the bar, when it is not 1. */
  readonly full?: number;
}

export function Meter({ value, full = 1 }: MeterProps) {
  return (
    <span class="meter">
      <i>
        <i style={{ width: `${Math.min(100, ((value ?? 0) / full) * 100)}%` }} />
      </i>
      <span>{formatRatio(value)}</span>
    </span>
  );
}
