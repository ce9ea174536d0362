// Durations and moments as people write them.

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration as an anchored regular expression: '500ms', '1m30s'. */
export const durationPattern = '^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$';
const duration = new RegExp(durationPattern);

/** '500ms', '10s', '1m30s', '2h', '7d' → ms; undefined when it is none. A bare number is none: write the unit. */
export function parseDuration(text: string): number | undefined {
  if (text.length > 32 || !duration.test(text)) return undefined;
  let total = 0;
  for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN);
  }
  return total;
}

/** Seconds since the Unix epoch, ISO 8601, 'now', '-10m' or 'now-10m' → ms since the epoch; undefined when it is none. */
export function parseMoment(text: string, nowMs: number): number | undefined {
  if (text === 'now') return nowMs;
  const relative = /^(?:now)?-(.+)$/.exec(text);
  if (relative) {
    const back = parseDuration(relative[1] ?? '');
    return back === undefined ? undefined : nowMs - back;
  }
  if (/^\d{1,11}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed;
}
