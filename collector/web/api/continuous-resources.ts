// Continuous profiles of the collector by name. In: ids, ranges and orders. Out: promises of the API's objects.
import type { ContinuousProfile, StartContinuousProfile } from '../../../shared/api/continuous-profile.ts';
import type { Profile } from '../../../shared/api/profile.ts';
import type { ProfileStacks, RollUp } from '../../../shared/api/profile-view.ts';
import { getJson, postJson, type RequestOptions } from './client.ts';

const part = encodeURIComponent;
/** So many branches are drawn; what is beyond is in `[rest]`. */
const mostBranches = 200_000;

export function fetchContinuous(options?: RequestOptions): Promise<ContinuousProfile[]> {
  return getJson('/continuous-profiles', {}, options);
}

export function fetchContinuousOne(id: string, options?: RequestOptions): Promise<ContinuousProfile> {
  return getJson(`/continuous-profiles/${part(id)}`, {}, options);
}

export function fetchWindows(id: string, from: string, options?: RequestOptions): Promise<Profile[]> {
  return getJson(`/continuous-profiles/${part(id)}/windows`, { from }, options);
}

export function fetchWindowStacks(
  id: string,
  choice: { readonly from: string; readonly by?: RollUp; readonly fold?: true },
  options?: RequestOptions,
): Promise<ProfileStacks> {
  return getJson(`/continuous-profiles/${part(id)}/stacks`, { ...choice, most: mostBranches }, options);
}

export function startContinuous(order: StartContinuousProfile): Promise<ContinuousProfile> {
  return postJson('/continuous-profiles', order);
}

export function stopContinuous(id: string): Promise<ContinuousProfile> {
  return postJson(`/continuous-profiles/${part(id)}/stop`);
}
