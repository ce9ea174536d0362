// All views of one profile, as a person can get them: over HTTP, from the CLI, and as files for other programs.
import type { ProfileDetail } from '../../shared/api/profile.ts';
import type { ProfileStacks } from '../../shared/api/profile-view.ts';
import { cliBottomUp, cliSandwiches, cliTopDown } from './cli-shares.ts';
import type { RunningNodes } from './running-nodes.ts';
import {
  bottomUpShares,
  columnShares,
  foldedShares,
  pprofShares,
  type ShownShares,
  speedscopeShares,
  topDownShares,
} from './shown-shares.ts';

export type NamedView = readonly [view: string, shown: ShownShares];

/** `names`: functions that are looked at between callers and callees. */
export async function readViews(
  jidi: RunningNodes,
  id: string,
  names: readonly string[],
): Promise<readonly NamedView[]> {
  const detail = await jidi.json<ProfileDetail>(`/api/v1/profiles/${id}/functions`);
  const columns = await jidi.json<ProfileStacks>(`/api/v1/profiles/${id}/stacks`);
  return [
    ...detailViews(detail),
    ['CLI bottom-up', await cliBottomUp(jidi, id)],
    ['CLI top-down', await cliTopDown(jidi, id)],
    ['CLI callers', await cliSandwiches(jidi, id, names)],
    ...columnShares(columns),
    ['folded', foldedShares((await exported(jidi, id, 'folded')).toString())],
    ['pprof', pprofShares(await exported(jidi, id, 'pprof'))],
    ['speedscope', speedscopeShares((await exported(jidi, id, 'speedscope')).toString())],
  ];
}

function detailViews({ bottomUp, topDown }: ProfileDetail): readonly NamedView[] {
  if (bottomUp === null || topDown === null) throw new Error('the profile has no stacks');
  return [
    ['bottom-up', bottomUpShares(bottomUp)],
    ['top-down', topDownShares(topDown)],
  ];
}

async function exported(jidi: RunningNodes, id: string, format: string): Promise<Buffer> {
  const path = `/api/v1/profiles/${id}/export?format=${format}`;
  const response = await fetch(new URL(path, jidi.url), { signal: AbortSignal.timeout(20_000) });
  if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
  return Buffer.from(await response.arrayBuffer());
}
