// Colours of states, the same for nodes, profiles and commands. The word itself always stands beside the colour.
import type { Style } from '../output/styled-text.ts';

const styles: Readonly<Record<string, Style>> = {
  up: 'good',
  silent: 'warning',
  down: 'bad',
  finished: 'good',
  partial: 'warning',
  stopped: 'warning',
  failed: 'bad',
  refused: 'bad',
  'timed-out': 'bad',
  cancelled: 'warning',
  unknown: 'bad',
  running: 'accent',
  processing: 'accent',
};

export function statusStyle(status: string): Style {
  return styles[status] ?? 'plain';
}

/** How full something is. */
export function ratioStyle(ratio: number | null): Style {
  if (ratio === null) return 'dim';
  return ratio >= 0.9 ? 'bad' : ratio >= 0.7 ? 'warning' : 'plain';
}
