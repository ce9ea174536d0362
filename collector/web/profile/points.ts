// Differences of shares in percentage points, always with their sign.
import { formatRatio } from '../../../shared/format.ts';
import { t } from '../i18n/language.ts';

/** 0.123 → '+12.3'. */
export function formatPoints(difference: number): string {
  const points = (Math.abs(difference) * 100).toFixed(1);
  return points === '0.0' ? '0.0' : `${difference > 0 ? '+' : '−'}${points}`;
}

export function formatShares(before: number, now: number): string {
  return t('difference.shares', { before: formatRatio(before), now: formatRatio(now) });
}
