// Which of the values of a pprof profile is its weight here. In: what its values count. Out: the place of one, and how it
// becomes a weight. Samples come before time on a CPU, which is the same but for a factor; time before counted events.
// It refuses (ImportError) what no profile here counts, e.g. bytes.
import { type ProfileEvent, profileEvents, type WeightUnit } from '../../shared/model/profile.ts';
import { truncate, visible } from '../../shared/text.ts';
import { ImportError } from './import-error.ts';
import type { CountedValue, PprofTables } from './pprof-tables.ts';

export interface WeightChoice {
  readonly place: number;
  readonly event: ProfileEvent;
  readonly unit: WeightUnit;
  /** Weights for each one of the value. */
  readonly factor: number;
  /** Where the samples themselves are counted; -1: nowhere. */
  readonly samplesPlace: number;
}

const microseconds: ReadonlyMap<string, number> = new Map([
  ['nanoseconds', 1e-3],
  ['ns', 1e-3],
  ['microseconds', 1],
  ['us', 1],
  ['milliseconds', 1e3],
  ['ms', 1e3],
  ['seconds', 1e6],
  ['s', 1e6],
]);

export function chooseWeight({ values, period, periodType }: PprofTables): WeightChoice {
  const samplesPlace = values.findIndex(({ type, unit }) => unit === 'count' && /^samples?$/.test(type));
  const time = values.findIndex(({ unit }) => microseconds.has(unit));
  const timeValue = values[time];
  if (timeValue !== undefined && (samplesPlace < 0 || timeValue.type !== 'cpu')) {
    return ofTime({ place: time, value: timeValue, samplesPlace }, { period, periodType });
  }
  if (samplesPlace >= 0)
    return { place: samplesPlace, event: 'cpu-clock', unit: 'samples', factor: 1, samplesPlace };
  for (const [place, { type, unit }] of values.entries()) {
    const event = profileEvents.find((known) => known === type);
    if (event !== undefined && unit === 'count')
      return { place, event, unit: 'events', factor: 1, samplesPlace };
  }
  throw unknownUnit(values);
}

interface TimeValue {
  readonly place: number;
  readonly value: CountedValue;
  readonly samplesPlace: number;
}

/** Time on a CPU that was sampled is counted in samples; any other is measured. */
function ofTime(
  { place, value, samplesPlace }: TimeValue,
  { period, periodType }: Pick<PprofTables, 'period' | 'periodType'>,
): WeightChoice {
  const isSampled = value.type === 'cpu' && period > 0 && periodType?.unit === value.unit;
  if (isSampled) return { place, event: 'cpu-clock', unit: 'samples', factor: 1 / period, samplesPlace };
  const factor = microseconds.get(value.unit) ?? 1;
  return { place, event: 'wall', unit: 'microseconds', factor, samplesPlace };
}

function unknownUnit(values: readonly CountedValue[]): ImportError {
  const told = values.map(({ type, unit }) => `${type} in ${unit}`).join(', ');
  return new ImportError(
    'unknown-unit',
    `pprof: it counts ${told === '' ? 'nothing' : truncate(visible(told), 200)}`,
    `Choose a profile of samples, time or one of: ${profileEvents.join(', ')}.`,
  );
}

/** In Hz; null: the profile does not tell it. */
export function frequencyOf({
  period,
  periodType,
}: Pick<PprofTables, 'period' | 'periodType'>): number | null {
  const factor = microseconds.get(periodType?.unit ?? '');
  if (factor === undefined || !(period > 0)) return null;
  return Math.max(1, Math.min(1_000_000, Math.round(1e6 / (period * factor))));
}
