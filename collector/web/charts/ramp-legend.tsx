// The colour ramp with its two ends named.
import { theme } from '../state/theme.ts';
import { rampColor, toCss } from './ramp.ts';

export function RampLegend({ low, high }: { readonly low: string; readonly high: string }) {
  const name = theme.value;
  const stops = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((step) => toCss(rampColor(name, step / 8))).join(', ');
  return (
    <span class="ramp">
      <span>{low}</span>
      <i style={{ background: `linear-gradient(to right, ${stops})` }} />
      <span>{high}</span>
    </span>
  );
}
