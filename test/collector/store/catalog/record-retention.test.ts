import { expect, test } from 'vitest';
import { deleteOldRecords } from '../../../../collector/store/catalog/record-retention.ts';
import { type Profile, untoldProfile } from '../../../../shared/model/profile.ts';
import { SequenceRanges } from '../../../../shared/sequence-ranges.ts';
import { profileRequest } from '../../../shared/model/some-profile.ts';
import { t0 } from '../open-store.ts';
import { openRecords } from './open-records.ts';

const identity = { name: 'n1', role: 'compute', bootId: '', agentVersion: '', intervalMs: 5000 } as const;

const target = {
  node: 'n1',
  state: 'pending',
  startedTimeMs: null,
  endedTimeMs: null,
  exitCode: null,
  output: '',
  truncated: false,
  reason: null,
} as const;

function command(id: string, issuedTimeMs: number) {
  const fixed = { action: 'a', parameters: {}, requester: 'me', expiresTimeMs: t0, timeoutMs: 1000 };
  return { id, issuedTimeMs, ...fixed, targets: [target] };
}

function profile(id: string, createdTimeMs: number): Profile {
  return {
    ...profileRequest({ id }),
    ...untoldProfile,
    node: 'n1',
    nodeCount: 1,
    parentId: null,
    createdTimeMs,
  };
}

test('records older than the moment go, in slices; younger ones and the audit log stay', async () => {
  const { calls, context } = openRecords();
  const { catalog, write } = context;
  await calls.putNode(identity, t0);
  const gap = { dataClass: 'metric', fromTimeMs: t0 - 9, count: 1, reason: 'x', sequences: null } as const;
  await write(() => {
    for (let place = 0; place < 1500; place += 1) catalog.gaps.add(place % 2, [{ ...gap, toTimeMs: t0 - 1 }]);
    catalog.gaps.add(1, [{ ...gap, toTimeMs: t0 }]);
    for (let place = 0; place < 45; place += 1) catalog.commands.put(command(`c${place}`, t0 - 1));
  });
  await Promise.all([
    calls.putCommand(command('young', t0)),
    calls.putProfile(profile('old', t0 - 1)),
    calls.putProfile(profile('new', t0)),
    calls.appendAudit({ timeMs: 0, event: 'command-requested', actor: 'me', subject: 'c1', detail: {} }),
  ]);
  await calls.putNode({ ...identity, name: 'gone' }, t0 - 1);
  const gone = catalog.nodes.find('gone') ?? 0;
  await write(() => {
    const ranges = new SequenceRanges(1);
    catalog.positions.put(
      { nodeId: gone, spoolId: 's', dataClass: 'metric' },
      { ranges, lastTimeMs: 1, nowMs: 1 },
    );
    catalog.gaps.add(gone, [{ ...gap, toTimeMs: t0 }]);
  });
  const times = { beforeMs: t0, profilesBeforeMs: t0, windowsBeforeMs: t0, nodesBeforeMs: t0 };
  let turns = 0;
  const turn = async (): Promise<void> => {
    turns += 1;
    await Promise.resolve();
  };
  expect(await deleteOldRecords(context, times, turn)).toBe(1500 + 45 + 1 + 1);
  // Two slices of gaps, one of profiles, of windows and of continuous profiles, three of commands, one of nodes.
  expect(turns).toBe(9);
  expect(await deleteOldRecords(context, times, turn)).toBe(0);
  expect(await calls.gaps('n1', 0, 9)).toHaveLength(1);
  expect((await calls.commands({ limit: 9 })).map(({ id }) => id)).toEqual(['young']);
  expect((await calls.profiles({ limit: 9 })).map(({ id }) => id)).toEqual(['new']);
  expect((await calls.nodes()).map(({ name }) => name)).toEqual(['n1']);
  expect([catalog.positions.all(gone, 's'), catalog.gaps.list(gone, 0, 9)]).toEqual([[], []]);
  expect(await calls.audit({ limit: 9 })).toHaveLength(1);
  expect(() => context.catalogDb.exec('DELETE FROM audit')).toThrow('append-only');
  expect(() => context.catalogDb.exec("UPDATE audit SET actor = 'x'")).toThrow('append-only');
});
