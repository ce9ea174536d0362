import { describe, expect, test } from 'vitest';
import {
  type Profile,
  type ProfileReport,
  type StackChunk,
  untoldProfile,
} from '../../../../shared/model/profile.ts';
import { profileReport, profileRequest } from '../../../shared/model/some-profile.ts';
import { wholeProcess } from '../../../shared/model/whole-process.ts';
import { sender, t0 } from '../open-store.ts';
import { openRecords } from './open-records.ts';

const profile: Profile = {
  ...profileRequest({ target: wholeProcess(42, null) }),
  ...untoldProfile,
  node: 'n1',
  nodeCount: 1,
  parentId: null,
  createdTimeMs: t0,
};
const report = profileReport({
  status: 'running',
  progress: 0.5,
  startedTimeMs: t0 + 1,
  samples: 10,
  lost: 1,
  sampledEvent: 'cpu-clock',
});
const chunk: StackChunk = {
  index: 0,
  last: false,
  frames: [{ function: 'main', module: 'a' }],
  parents: [-1],
  frameIds: [0],
  self: [1],
  threads: [],
  samples: null,
};

describe('profiles', () => {
  test('reports are merged and never lead back from the end', async () => {
    const { calls: records } = openRecords();
    await records.putProfile(profile);
    let sequence = 0;
    const tell = (part: Partial<ProfileReport>, from = sender) => {
      sequence += 1;
      return records.appendRecords(from, {
        sequence,
        payload: { kind: 'profile', report: { ...report, ...part } },
      });
    };
    await tell({});
    expect(await records.profile('p1')).toEqual({
      ...profile,
      status: 'running',
      progress: 0.5,
      startedTimeMs: t0 + 1,
      samples: 10,
      lost: 1,
      sampledEvent: 'cpu-clock',
    });
    await tell({
      status: 'finished',
      progress: 1,
      startedTimeMs: null,
      endedTimeMs: t0 + 9,
      samples: 20,
      sampledEvent: null,
    });
    await tell({ status: 'processing', progress: 0.9, samples: 15 });
    expect(await records.profile('p1')).toMatchObject({
      status: 'finished',
      progress: 1,
      startedTimeMs: t0 + 1,
      endedTimeMs: t0 + 9,
      samples: 20,
      sampledEvent: 'cpu-clock',
    });
    const foreign = await records.appendRecords(
      { node: 'n2', spoolId: 's' },
      { sequence: 1, payload: { kind: 'profile', report: { ...report, status: 'failed' } } },
    );
    const unknown = await tell({ profileId: 'p9' });
    expect([foreign.ignoredReports, unknown.ignoredReports]).toEqual([1, 1]);
    expect((await records.profile('p1'))?.status).toBe('finished');
    expect(await records.positions(sender)).toEqual([{ dataClass: 'profile', sequence, beyond: [] }]);
  });

  test('stacks are taken in order; what comes again, comes early or points outside changes nothing', async () => {
    const { calls: records } = openRecords();
    await records.putProfile(profile);
    const second = {
      index: 1,
      last: true,
      frames: [{ function: 'f', module: 'b' }],
      parents: [0, 1],
      frameIds: [1, 0],
      self: [2, 3],
      threads: [{ pid: 1, tid: 2, process: 'a', name: 'b', localRank: 0 }],
      samples: { timesMs: [5], threadIds: [0], nodes: [2], weights: [3] },
    };
    const chunks = [
      second,
      chunk,
      { ...chunk, self: [9] },
      { ...second, parents: [0, 3] },
      { ...second, frameIds: [1, 2] },
      { ...second, samples: { ...second.samples, nodes: [3] } },
      { ...second, samples: { ...second.samples, threadIds: [1] } },
      second,
    ];
    expect(await records.stacks('p1')).toBeNull();
    const ignored: number[] = [];
    for (const [place, stacks] of chunks.entries()) {
      const effect = await records.appendRecords(sender, {
        sequence: place + 1,
        payload: { kind: 'profile', report: { ...report, stacks } },
      });
      ignored.push(effect.ignoredReports);
    }
    expect(await records.stacks('p1')).toEqual({
      frames: [
        { function: 'main', module: 'a' },
        { function: 'f', module: 'b' },
      ],
      parents: [-1, 0, 1],
      frameIds: [0, 1, 0],
      self: [1, 2, 3],
      threads: second.threads,
      samples: second.samples,
    });
    expect(ignored).toEqual([1, 0, 0, 1, 1, 1, 1, 0]);
    expect(await records.deleteProfile('p1')).toBe(true);
    expect(await records.deleteProfile('p1')).toBe(false);
    expect(await records.stacks('p1')).toBeNull();
    expect(await records.profile('p1')).toBeNull();
  });

  test('lists are newest first, bounded, continued and filtered', async () => {
    const { calls: records } = openRecords();
    for (const [place, node] of ['n1', 'n2', 'n1'].entries()) {
      await records.putProfile({ ...profile, id: `p${place}`, node, createdTimeMs: t0 + place });
    }
    const ids = async (filter: Parameters<typeof records.profiles>[0]) =>
      (await records.profiles(filter)).map(({ id }) => id);
    expect(await ids({ limit: 2 })).toEqual(['p2', 'p1']);
    expect(await ids({ limit: 2, beforeMs: t0 + 1 })).toEqual(['p0']);
    expect(await ids({ limit: 9, node: 'n1' })).toEqual(['p2', 'p0']);
  });

  test('portions that together take more memory than a recording ever does are refused', async () => {
    const { calls: records } = openRecords();
    await records.putProfile(profile);
    const nodes = 131_072;
    const ignored: number[] = [];
    // 24 bytes for each node: 64 MiB are reached with the twenty-second portion.
    for (let index = 0; index < 23; index += 1) {
      const parents = Array.from({ length: nodes }, (_, place) => index * nodes + place - 1);
      const zeros = Array.from({ length: nodes }, () => 0);
      const frames = index === 0 ? chunk.frames : [];
      const stacks = { ...chunk, index, frames, parents, frameIds: zeros, self: zeros };
      const effect = await records.appendRecords(sender, {
        sequence: index + 1,
        payload: { kind: 'profile', report: { ...report, stacks } },
      });
      ignored.push(effect.ignoredReports);
    }
    expect(ignored.indexOf(1)).toBe(21);
    expect((await records.stacks('p1'))?.parents).toHaveLength(21 * nodes);
  });
});
