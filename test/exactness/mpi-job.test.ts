// A real MPI job on two real slurmd, each with its own processes and its own agent, is profiled by the number of the job alone.
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MetricSeries } from '../../shared/api/metric.ts';
import type { Profile, ProfileDetail } from '../../shared/api/profile.ts';
import type { ProfileSpread, ProfileStacks } from '../../shared/api/profile-view.ts';
import { whyNoProfile } from '../profiled-programs/why-no-profile.ts';
import { until } from '../system/running-jidi.ts';
import { SlurmCluster, whyNoSlurm } from '../system/slurm-cluster.ts';
import { farOff, mostOff } from './far-off.ts';
import { type KnownCall, secondsOf, sharedCalls } from './known-program.ts';
import { MpiJob, whyNoMpi } from './mpi-job.ts';
import { NodePlace } from './node-place.ts';
import { type NamedView, readViews } from './profile-views.ts';
import { RunningNodes } from './running-nodes.ts';
import { columnShares } from './shown-shares.ts';

const missing = whyNoProfile() ?? whyNoSlurm() ?? whyNoMpi() ?? whyNoPlaces();
/** Module and class. */
const mpi = /^(libmpi\.so.*|mpi)$/;
const places: NodePlace[] = [];
let slurm: SlurmCluster | undefined;
let jidi: RunningNodes;
let latest: MpiJob | undefined;

beforeAll(async () => {
  if (missing !== undefined) return;
  for (const node of ['n1', 'n2']) places.push(await NodePlace.start(node));
  const enter = (node: string): readonly string[] => places.find((place) => place.node === node)?.enter ?? [];
  slurm = await SlurmCluster.start(2, { tracking: 'cgroups', enter });
  jidi = await RunningNodes.start(places);
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});
afterAll(async () => {
  if (missing !== undefined) return;
  await slurm?.stop();
  for (const place of places) await place.end();
  await jidi.stop();
});

describe('a profile of a whole job', () => {
  let profile: Profile;
  let ranks: readonly (readonly KnownCall[])[];
  let views: readonly NamedView[];
  beforeAll(async () => {
    if (missing !== undefined) return;
    const job = await startJob();
    profile = await jidi.cliJson('profile', 'start', '--job', job.id, '--duration', '30s', '--wait');
    await job.end();
    ranks = job.callsWithin(profile.started ?? 0, profile.ended ?? 0);
    views = await readViews(jidi, profile.id, ['advance', 'PMPI_Allreduce']);
  });

  test('covers both nodes to the end', () => {
    expect(profile).toMatchObject({ status: 'finished', reason: null, node: null, target: { kind: 'job' } });
    expect(profile.samples).toBeGreaterThan(500);
  });

  test('every view shows every function and every call of all ranks within three points', () => {
    const expected = { truth: sharedCalls(ranks.flat()), most: mostOff(profile.samples) };
    // The table of the CLI has the functions in which something ended: not MPI's own entry.
    const whole = views.filter(([view]) => view !== 'CLI bottom-up');
    expect(whole.flatMap(([view, shown]) => farOff(view, shown, expected))).toEqual([]);
  });

  test('every rank is named with its node and what it spent outside of MPI; the slowest stands out', async () => {
    const { rows } = await jidi.json<ProfileSpread>(`/api/v1/profiles/${profile.id}/spread?over=process`);
    const byRank = rows
      .filter(({ rank }) => rank !== null)
      .toSorted((a, b) => a.node.localeCompare(b.node) || (a.rank ?? 0) - (b.rank ?? 0));
    expect(byRank.map(({ node, rank }) => `${node}:${rank}`)).toEqual(['n1:0', 'n1:1', 'n2:0', 'n2:1']);
    const own = byRank.map(({ ownShare }) => ownShare);
    for (const [rank, calls] of ranks.entries()) {
      const known = shareOf(calls, 'sweep');
      expect(
        Math.abs((own[rank] ?? 0) - known),
        `rank ${rank} has ${known} beside MPI, shown ${own[rank]}`,
      ).toBeLessThan(mostOff(byRank[rank]?.weight ?? 0));
    }
    expect(own.indexOf(Math.max(...own))).toBe(3);
    const work = byRank.map(({ weight, ownShare }) => weight * ownShare);
    expect(work.indexOf(Math.max(...work))).toBe(3);
  });

  test.each(['module', 'class'])('by %s, waiting in MPI has its share', async (by) => {
    const columns = await jidi.json<ProfileStacks>(`/api/v1/profiles/${profile.id}/stacks?by=${by}`);
    const [, shown] = columnShares(columns)[0] ?? [];
    const [name, found = 0] = [...(shown?.functions ?? [])].find(([each]) => mpi.test(each)) ?? [];
    const known = shareOf(sharedCalls(ranks.flat()), 'PMPI_Allreduce');
    expect(Math.abs(found - known), `${known} was spent in MPI, ${name} is shown with ${found}`).toBeLessThan(
      mostOff(profile.samples),
    );
  });
});

test('a job that ends half-way leaves a partial profile that says so', async () => {
  const job = await startJob();
  const { id } = await jidi.cliJson<Profile>('profile', 'start', '--job', job.id, '--duration', '60s');
  await untilStatus(id, ({ progress }) => progress > 0);
  await job.end();
  const over = await untilStatus(
    id,
    ({ status }) => status !== 'running' && status !== 'pending' && status !== 'processing',
  );
  expect(over).toMatchObject({ status: 'partial', reason: { code: 'process-ended' } });
  expect(over.reason?.message).toContain(`job ${job.id} ended after`);
  expect(over.bottomUp?.map((row) => row.function)).toContain('sweep');
});

test('a node of the job that is away is named, the other one is profiled', async () => {
  const job = await startJob();
  await jidi.stopAgent('n2');
  await until('n2 away', async () => {
    const nodes = await jidi.cliJson<readonly { name: string; state: string }[]>('node', 'ls');
    return nodes.some(({ name, state }) => name === 'n2' && state !== 'online');
  });
  const asked = ['n[1-2]', '--job', job.id, '--duration', '10s', '--wait'];
  const { id } = await jidi.cliJson<Profile>('profile', 'start', ...asked);
  const profile = await jidi.json<ProfileDetail>(`/api/v1/profiles/${id}/functions`);
  await job.end();
  expect(profile).toMatchObject({ status: 'partial', reason: { code: 'nodes-missing' } });
  expect(profile.reason?.message).toContain('n2');
  expect(profile.bottomUp?.map((row) => row.function)).toContain('sweep');
});

/** Resolves when both nodes have told of it. */
async function startJob(): Promise<MpiJob> {
  if (slurm === undefined) return expect.fail('no Slurm');
  // A test that failed leaves its job.
  if (latest !== undefined) await latest.end();
  const job = await MpiJob.start(slurm);
  latest = job;
  for (const { node } of places) await until(`the job on ${node}`, () => isOn(node, job.id), 60_000);
  return job;
}

async function isOn(node: string, job: string): Promise<boolean> {
  const query = `metric=jidi_job_cpu_seconds_total&from=-3s&step=1s&match=job%3D${job}`;
  const series = await jidi.json<readonly MetricSeries[]>(`/api/v1/nodes/${node}/metrics?${query}`);
  return series.some(({ samples }) => samples.some(([, value]) => value !== null));
}

async function untilStatus(id: string, isThat: (profile: Profile) => boolean): Promise<ProfileDetail> {
  await until(`the awaited status of ${id}`, async () =>
    isThat(await jidi.json<Profile>(`/api/v1/profiles/${id}`)),
  );
  return jidi.json<ProfileDetail>(`/api/v1/profiles/${id}/functions`);
}

function shareOf(calls: readonly KnownCall[], name: string): number {
  return secondsOf(calls.filter((call) => call.function === name)) / secondsOf(calls);
}

function whyNoPlaces(): string | undefined {
  const tried = spawnSync('unshare', ['--pid', '--fork', '--mount', '--mount-proc', '--uts', 'true']);
  return tried.status === 0
    ? undefined
    : 'no namespaces can be made here: run the tests as root, outside of a container';
}
