// Profiles of the collector by name. In: ids, choices and orders. Out: promises of the API's objects.
import type { ExportFormat, Profile, StartProfile } from '../../../shared/api/profile.ts';
import type {
  ProfileDifference,
  ProfileSpread,
  ProfileStacks,
  ProfileTimeline,
  SampleChoice,
  SpreadBy,
} from '../../../shared/api/profile-view.ts';
import type { ChosenStacks, Difference } from '../state/profile-choice.ts';
import { apiPath, deleteAt, getJson, postBody, postJson, type RequestOptions } from './client.ts';

const part = encodeURIComponent;

/** So many branches are drawn; what is beyond is in `[rest]`. */
const mostBranches = 200_000;

export function fetchProfiles(node: string | undefined, options?: RequestOptions): Promise<Profile[]> {
  return getJson('/profiles', { node, limit: 200 }, options);
}

export function fetchProfile(id: string, options?: RequestOptions): Promise<Profile> {
  return getJson(`/profiles/${part(id)}`, {}, options);
}

export function fetchParts(id: string, options?: RequestOptions): Promise<Profile[]> {
  return getJson(`/profiles/${part(id)}/parts`, {}, options);
}

export function fetchStacks(
  id: string,
  choice: ChosenStacks,
  options?: RequestOptions,
): Promise<ProfileStacks> {
  return getJson(`/profiles/${part(id)}/stacks`, { ...choice, most: mostBranches }, options);
}

export function fetchDifference(
  id: string,
  choice: Difference,
  options?: RequestOptions,
): Promise<ProfileDifference> {
  return getJson(`/profiles/${part(id)}/difference`, { ...choice, most: mostBranches }, options);
}

/** Of which function; without, of all. */
export interface WantedFunction {
  readonly function?: string;
  readonly module?: string;
}

export function fetchTimeline(
  id: string,
  choice: SampleChoice & WantedFunction & { readonly step: number },
  options?: RequestOptions,
): Promise<ProfileTimeline> {
  return getJson(`/profiles/${part(id)}/timeline`, { ...choice }, options);
}

export function fetchSpread(
  id: string,
  choice: SampleChoice & WantedFunction & { readonly over: SpreadBy },
  options?: RequestOptions,
): Promise<ProfileSpread> {
  return getJson(`/profiles/${part(id)}/spread`, { ...choice }, options);
}

export function startProfile(request: StartProfile): Promise<Profile> {
  return postJson('/profiles', request);
}

export const importFormats = ['folded', 'pprof', 'speedscope'] as const;
export type ImportFormat = (typeof importFormats)[number];

export function importProfile(file: Blob, format: ImportFormat, name: string): Promise<Profile> {
  return postBody('/profiles/import', { format, name }, file);
}

export function stopProfile(id: string): Promise<unknown> {
  return postJson(`/profiles/${part(id)}/stop`);
}

export function deleteProfile(id: string): Promise<void> {
  return deleteAt(`/profiles/${part(id)}`);
}

export function exportPath(id: string, format: ExportFormat, choice: ChosenStacks): string {
  return apiPath(`/profiles/${part(id)}/export`, { format, ...choice });
}
