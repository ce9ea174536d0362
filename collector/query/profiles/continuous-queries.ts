// In: the store. Out: continuous profiles, their windows, and the stacks of the windows of a range in one tree.
// It refuses (QueryError): a continuous profile that nobody knows, a range without stacks, and one of more windows than are merged.
import type { ContinuousProfile } from '../../../shared/api/continuous-profile.ts';
import type { Profile } from '../../../shared/api/profile.ts';
import { type ProfileStacks, type StackShape, stackViewLimits } from '../../../shared/api/profile-view.ts';
import {
  continuousLimits,
  type ContinuousProfile as Kept,
} from '../../../shared/model/continuous-profile.ts';
import type { Profile as KeptProfile } from '../../../shared/model/profile.ts';
import { foldNodeSet } from '../../../shared/nodeset.ts';
import type { FunctionClasses } from '../../../shared/stacks/function-class.ts';
import { cutStacks } from '../../../shared/stacks/reshape.ts';
import { mergeTrees } from '../../../shared/stacks/stacks-builder.ts';
import type { ContinuousStore, ProfileStore } from '../../store/store.ts';
import { QueryError } from '../query.ts';
import { toProfile } from '../views/profile.ts';
import { seconds, secondsOrNull } from '../views/seconds.ts';
import { classesOf, shapeStacks } from './shaped-stacks.ts';
import { treeColumns } from './views/stacks-view.ts';

/** Moments, ms since the Unix epoch. */
export interface WindowTimes {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ContinuousQuery {
  /** Newest first. */
  continuousProfiles(limit: number): Promise<readonly ContinuousProfile[]>;
  /** null: there is none. */
  continuousProfile(id: string): Promise<ContinuousProfile | null>;
  /** Those of which some part lies in the times, newest first. */
  windows(id: string, times: WindowTimes & { readonly limit: number }): Promise<readonly Profile[]>;
  windowStacks(id: string, times: WindowTimes, shape: StackShape): Promise<ProfileStacks>;
}

type Source = ContinuousStore & Pick<ProfileStore, 'mergeStacks'>;

export function createContinuousQueries(store: Source, classes: FunctionClasses): ContinuousQuery {
  const windowsIn = async (id: string, { fromMs, toMs }: WindowTimes, limit: number) => {
    const profile = await store.continuousProfile(id);
    if (profile === null) throw unknown(id);
    // It begins within, or the one before reaches into it.
    return store.windows({ of: id, fromMs: fromMs - profile.windowMs + 1, toMs, limit });
  };
  return {
    async continuousProfiles(limit) {
      return (await store.continuousProfiles(limit)).map(toContinuousProfile);
    },
    async continuousProfile(id) {
      const profile = await store.continuousProfile(id);
      return profile === null ? null : toContinuousProfile(profile);
    },
    async windows(id, { limit, ...times }) {
      return (await windowsIn(id, times, limit)).map(toProfile);
    },
    async windowStacks(id, times, shape) {
      const windows = await windowsIn(id, times, continuousLimits.windows + 1);
      if (windows.length > continuousLimits.windows) throw tooMany(id);
      return stacksOf(await mergedWindows(store, id, windows), { windows, shape, classes });
    },
  };
}

async function mergedWindows(store: Source, id: string, windows: readonly KeptProfile[]) {
  const tree = await store.mergeStacks(windows.map((window) => window.id));
  if (tree !== null) return mergeTrees([tree]);
  const remedy = `See its windows: jidi profile continuous show ${id}`;
  throw new QueryError('no-stacks', `continuous profile ${id}: no stacks in this range`, remedy);
}

function stacksOf(
  stacks: ReturnType<typeof mergeTrees>,
  {
    windows,
    shape,
    classes,
  }: {
    readonly windows: readonly KeptProfile[];
    readonly shape: StackShape;
    readonly classes: FunctionClasses;
  },
): ProfileStacks {
  const shaped = shapeStacks(stacks, shape, classes);
  const cut = cutStacks(shaped, shape.most ?? stackViewLimits.branches.default);
  return {
    ...treeColumns(cut, classesOf(cut, shape.by, classes)),
    branches: shaped.parents.length,
    timed: false,
    sampleWeight: sampleWeightOf(windows, stacks.weight),
  };
}

/** As of any profile; all windows are alike. */
function sampleWeightOf(windows: readonly KeptProfile[], weight: number): number {
  const sampled = windows.find(({ sampledEvent }) => sampledEvent !== null);
  if (sampled === undefined || sampled.unit === 'samples') return 1;
  if (sampled.unit === 'microseconds') return 1e6 / sampled.frequencyHz;
  const samples = windows.reduce((sum, window) => sum + window.samples, 0);
  return samples === 0 || weight === 0 ? 1 : weight / samples;
}

function toContinuousProfile(profile: Kept): ContinuousProfile {
  const { id, job, nodes, status, reason, event, frequencyHz, windowMs, windows } = profile;
  return {
    id,
    job,
    nodes: foldNodeSet(nodes),
    status,
    reason,
    event,
    frequency: frequencyHz,
    window: seconds(windowMs),
    created: seconds(profile.createdTimeMs),
    ended: secondsOrNull(profile.endedTimeMs),
    windows,
    lastWindow: secondsOrNull(profile.lastWindowTimeMs),
  };
}

function unknown(id: string): QueryError {
  const remedy = 'List them: jidi profile continuous ls';
  return new QueryError('unknown-profile', `continuous profile ${id}: unknown`, remedy);
}

function tooMany(id: string): QueryError {
  const message = `continuous profile ${id}: more than ${continuousLimits.windows} windows lie in this range`;
  return new QueryError('too-many-samples', message, 'Ask for a shorter range.');
}
