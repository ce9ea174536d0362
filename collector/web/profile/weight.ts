// Weights of stacks for people: samples, time, or what the hardware counted.
import type { WeightUnit } from '../../../shared/model/profile.ts';
import { formatDuration, t } from '../i18n/language.ts';

export function formatWeight(weight: number, unit: WeightUnit): string {
  if (unit === 'microseconds')
    return weight < 1e6 ? `${(weight / 1000).toFixed(1)} ms` : formatDuration(weight / 1e6);
  const figure = new Intl.NumberFormat('en').format(Math.round(weight));
  return t(unit === 'events' ? 'weight.events' : 'weight.samples', { n: figure });
}
