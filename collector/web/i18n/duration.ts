// Durations with Chinese units. In: seconds. Out: '4.1 秒', '2 小时 2 分'; the figures are those of the English form. Pure.
import { formatSeconds } from '../../../shared/format.ts';

const units: Readonly<Record<string, string>> = { s: '秒', min: '分', h: '小时', d: '天' };

export function chineseDuration(seconds: number | null): string {
  return formatSeconds(seconds).replace(/[a-z]+/g, (unit) => units[unit] ?? unit);
}
