// In: the id of a profile. Out: what was recorded of it, node by node: a profile of one node is its own only part.
// Parts are read one after another, so that only one of them is in memory.
// It refuses (QueryError): a profile that nobody knows, one without stacks, more samples than a view reads, and a node,
// process, thread, rank or time that the profile does not tell apart.
import type { SampleChoice } from '../../../shared/api/profile-view.ts';
import type { Profile, RecordedStacks } from '../../../shared/model/profile.ts';
import type { SampledThread, StackSamples } from '../../../shared/stacks/samples.ts';
import type { Store } from '../../store/store.ts';
import { QueryError } from '../query.ts';

export type ProfileSource = Pick<Store, 'profile' | 'profileParts' | 'stacks' | 'mergeStacks'>;

/** Of all parts; a view of more would take longer than anybody waits. */
export const maxViewedSamples = 40_000_000;
/** The store keeps no more of a part, however many a node says that it took. */
const mostOfPart = 2 ** 21;

export interface WholeProfile {
  readonly profile: Profile;
  readonly parts: readonly Profile[];
}

export interface RecordedPart {
  readonly part: Profile;
  /** Empty: it is of no node. */
  readonly node: string;
  readonly recorded: RecordedStacks;
  /** So long after the first of all parts it began, ms. */
  readonly lateMs: number;
}

export async function findProfile(source: ProfileSource, id: string): Promise<WholeProfile> {
  const profile = await source.profile(id);
  if (profile === null) throw unknownProfile(id);
  const parts = profile.node === null ? await source.profileParts(id) : [];
  return { profile, parts: parts.length === 0 ? [profile] : parts };
}

/** The parts of the chosen node, or all, that have stacks. Throws when there is none. */
export async function* recordedParts(
  source: ProfileSource,
  { profile, parts }: WholeProfile,
  { node }: Pick<SampleChoice, 'node'>,
): AsyncGenerator<RecordedPart> {
  // One of several nodes, a window, tells by thread which node it was.
  const chosen =
    node === undefined ? parts : parts.filter((part) => part.node === node || part.node === null);
  if (chosen.length === 0) throw nothingChosen(profile, `no part on node ${node}`);
  requireReadable(profile, chosen);
  const firstMs = parts.reduce((least, part) => Math.min(least, delayOf(part) ?? least), Number.MAX_VALUE);
  let found = 0;
  for (const part of chosen) {
    const recorded = await source.stacks(part.id);
    if (recorded === null) continue;
    found += 1;
    yield { part, node: part.node ?? '', recorded, lateMs: Math.max(0, (delayOf(part) ?? 0) - firstMs) };
  }
  if (found === 0) throw noStacks(profile);
}

/** After the moment for which it was ordered, both by the node's own clock: clocks that differ do not matter. */
function delayOf({ startAtMs, startedTimeMs, durationMs }: Profile): number | null {
  if (startAtMs === null || startedTimeMs === null) return null;
  const delayMs = startedTimeMs - startAtMs;
  // Its clock was set meanwhile, or it does not say the truth.
  return Math.abs(delayMs) <= durationMs ? delayMs : null;
}

function requireReadable(profile: Profile, parts: readonly Profile[]): void {
  const samples = parts.reduce((sum, part) => sum + Math.min(part.samples, mostOfPart), 0);
  if (samples <= maxViewedSamples) return;
  throw new QueryError(
    'too-many-samples',
    `profile ${profile.id}: ${samples} samples on ${parts.length} nodes, at most ${maxViewedSamples} are read for a view`,
    'Choose one node, or ask without window, process, thread and rank.',
  );
}

export function unknownProfile(id: string): QueryError {
  const remedy = 'List the profiles with: jidi profile ls';
  return new QueryError('unknown-profile', `profile ${id}: unknown`, remedy);
}

export function noStacks({ id, status }: Profile): QueryError {
  const remedy = 'Wait until the profile is finished; one that failed says why under `reason`.';
  return new QueryError('no-stacks', `profile ${id}: ${status}, without stacks`, remedy);
}

export function nothingChosen({ id }: Profile, what: string): QueryError {
  const remedy = `See what it has: GET /api/v1/profiles/${id}/spread?over=thread`;
  return new QueryError('nothing-chosen', `profile ${id}: ${what}`, remedy);
}

/** What of its samples must be known for a view. */
export type Needed = 'threads' | 'times';

/** The samples of a part in columns, their times since the first of all parts began. Throws when it does not tell what is needed. */
export function samplesOf({ part, node, recorded, lateMs }: RecordedPart, needed: Needed): StackSamples {
  const { threads, samples } = recorded;
  if (samples === null || (needed === 'times' && samples.timesMs === null)) throw notTold(part, needed);
  const { timesMs, threadIds, nodes, weights } = samples;
  return {
    threads: threads.map((thread): SampledThread => ({ ...thread, node: thread.node ?? node })),
    timesMs: timesMs === null ? new Float64Array(nodes.length) : timesSince(timesMs, lateMs),
    threadIds: new Uint32Array(threadIds),
    nodes: new Uint32Array(nodes),
    weights: new Float64Array(weights),
  };
}

function timesSince(timesMs: readonly number[], lateMs: number): Float64Array {
  const times = new Float64Array(timesMs);
  if (lateMs !== 0) for (let at = 0; at < times.length; at += 1) times[at] = (times[at] ?? 0) + lateMs;
  return times;
}

function notTold({ id, node }: Profile, needed: Needed): QueryError {
  const where = node === null ? '' : ` on ${node}`;
  return new QueryError(
    'no-samples',
    `profile ${id}${where}: kept as counts, without the ${needed} of its samples`,
    'Leave window, process, thread and rank out; a profile at a lower frequency keeps every sample.',
  );
}
