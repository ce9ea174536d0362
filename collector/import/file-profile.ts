// A profile as a file tells it, whatever its format; and what is told beside the file.
import type { ProfileEvent, WeightUnit } from '../../shared/model/profile.ts';
import type { Stacks } from '../../shared/stacks/stacks.ts';

/** For what the file itself does not say. */
export interface ToldBesides {
  readonly event: ProfileEvent;
  readonly frequencyHz: number;
}

export interface FileProfile {
  readonly stacks: Stacks;
  /** Weight of what found no room in the stacks and counts for `[rest]`. */
  readonly cutWeight: number;
  readonly event: ProfileEvent;
  readonly unit: WeightUnit;
  readonly frequencyHz: number;
  readonly samples: number;
  /** ms since the Unix epoch; null: the file does not say it. */
  readonly startedTimeMs: number | null;
  readonly durationMs: number | null;
}

/** What the weights of an event count, as everywhere in a profile. */
export function unitOf(event: ProfileEvent): WeightUnit {
  if (event === 'wall') return 'microseconds';
  return event === 'cpu-clock' ? 'samples' : 'events';
}
