// The tiers of the store and the files of each. In: a tier and a time of data. Out: which file it belongs to, and the other
// way round. All files are named in UTC.

export type SampleTier = 'hot' | 'raw' | 'minute' | 'ten-minutes';
/**
 * Stacks, in files with tables of their own: of `profiles` by the time at which they were asked for, of the windows of
 * `continuous` ones by their begin.
 */
export type StackTier = 'profiles' | 'continuous';
export type Tier = SampleTier | StackTier;

export const tiers: readonly Tier[] = ['hot', 'raw', 'minute', 'ten-minutes', 'profiles', 'continuous'];

export function isStackTier(tier: Tier): tier is StackTier {
  return tier === 'profiles' || tier === 'continuous';
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

interface TierLayout {
  readonly period: 'hour' | 'day' | 'month';
  /** How many nodes share a chunk. */
  readonly nodesPerGroup: number;
  readonly pageBytes: number;
}

/** Only for new files: each file says itself how many nodes share a chunk. */
export const tierLayouts: Readonly<Record<Tier, TierLayout>> = {
  hot: { period: 'hour', nodesPerGroup: 64, pageBytes: 65_536 },
  raw: { period: 'day', nodesPerGroup: 4, pageBytes: 65_536 },
  minute: { period: 'day', nodesPerGroup: 16, pageBytes: 65_536 },
  'ten-minutes': { period: 'month', nodesPerGroup: 8, pageBytes: 65_536 },
  profiles: { period: 'month', nodesPerGroup: 1, pageBytes: 16_384 },
  continuous: { period: 'day', nodesPerGroup: 1, pageBytes: 16_384 },
};

/** One file of the store. */
export interface Partition {
  readonly tier: Tier;
  /** Times of the data in it: from (included) … */
  readonly fromMs: number;
  /** … to (not included). */
  readonly toMs: number;
  /** Within the store's folder, as in `raw/2026-11-21.db`. */
  readonly path: string;
}

export function partitionAt(tier: Tier, timeMs: number): Partition {
  const { period } = tierLayouts[tier];
  const at = new Date(timeMs);
  const day = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());
  const iso = at.toISOString();
  if (period === 'hour') {
    const fromMs = day + at.getUTCHours() * hourMs;
    return { tier, fromMs, toMs: fromMs + hourMs, path: `${tier}/${iso.slice(0, 13)}.db` };
  }
  if (period === 'day')
    return { tier, fromMs: day, toMs: day + dayMs, path: `${tier}/${iso.slice(0, 10)}.db` };
  const fromMs = Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
  const toMs = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1);
  return { tier, fromMs, toMs, path: `${tier}/${iso.slice(0, 7)}.db` };
}

/** undefined when no partition has that path. */
export function parsePartitionPath(path: string): Partition | undefined {
  const [folder, file] = path.split('/');
  const tier = tiers.find((known) => known === folder);
  const match = /^(\d{4})-(\d{2})(?:-(\d{2})(?:T(\d{2}))?)?\.db$/.exec(file ?? '');
  if (tier === undefined || match === null) return undefined;
  const [, year, month, day = '1', hour = '0'] = match;
  const timeMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour));
  const partition = partitionAt(tier, timeMs);
  return partition.path === path ? partition : undefined;
}
