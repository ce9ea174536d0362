// In: a continuous profile and a range of time. Out: its windows, and their stacks in one tree, as the API tells them.
// It refuses (QueryError): a continuous profile that nobody knows, a range without stacks, and one of more windows than are merged.
import { type ProfileStacks, type StackShape, stackViewLimits } from '../../../../shared/api/profile-view.ts';
import { continuousLimits } from '../../../../shared/model/continuous-profile.ts';
import type { Profile } from '../../../../shared/model/profile.ts';
import type { FunctionClasses } from '../../../../shared/stacks/function-class.ts';
import { cutStacks } from '../../../../shared/stacks/reshape.ts';
import { mergeTrees } from '../../../../shared/stacks/stacks-builder.ts';
import type { Store } from '../../../store/store.ts';
import { QueryError } from '../../query.ts';
import { classesOf, shapeStacks } from '../shaped-stacks.ts';
import { treeColumns } from './stacks-view.ts';
import type { WindowTimes } from './view-question.ts';

type ListSource = Pick<Store, 'continuousProfile' | 'windows'>;
export type WindowSource = ListSource & Pick<Store, 'mergeStacks'>;

/** Newest first. */
export async function windowsIn(
  source: ListSource,
  { id, times, limit }: { readonly id: string; readonly times: WindowTimes; readonly limit: number },
): Promise<readonly Profile[]> {
  const profile = await source.continuousProfile(id);
  if (profile === null) throw unknownContinuous(id);
  // It begins within, or the one before reaches into it.
  const fromMs = times.fromMs - profile.windowMs + 1;
  return source.windows({ of: id, fromMs, toMs: times.toMs, limit });
}

export async function viewWindows(
  source: WindowSource,
  classes: FunctionClasses,
  { id, times, shape }: { readonly id: string; readonly times: WindowTimes; readonly shape: StackShape },
): Promise<ProfileStacks> {
  const windows = await windowsIn(source, { id, times, limit: continuousLimits.windows + 1 });
  if (windows.length > continuousLimits.windows) throw tooMany(id);
  const tree = await source.mergeStacks(windows.map((window) => window.id));
  if (tree === null) throw withoutStacks(id);
  const stacks = mergeTrees([tree]);
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
function sampleWeightOf(windows: readonly Profile[], weight: number): number {
  const sampled = windows.find(({ sampledEvent }) => sampledEvent !== null);
  if (sampled === undefined || sampled.unit === 'samples') return 1;
  if (sampled.unit === 'microseconds') return 1e6 / sampled.frequencyHz;
  const samples = windows.reduce((sum, window) => sum + window.samples, 0);
  return samples === 0 || weight === 0 ? 1 : weight / samples;
}

export function unknownContinuous(id: string): QueryError {
  const remedy = 'List them: jidi profile continuous ls';
  return new QueryError('unknown-profile', `continuous profile ${id}: unknown`, remedy);
}

function withoutStacks(id: string): QueryError {
  const remedy = `See its windows: jidi profile continuous show ${id}`;
  return new QueryError('no-stacks', `continuous profile ${id}: no stacks in this range`, remedy);
}

function tooMany(id: string): QueryError {
  const message = `continuous profile ${id}: more than ${continuousLimits.windows} windows lie in this range`;
  return new QueryError('too-many-samples', message, 'Ask for a shorter range.');
}
