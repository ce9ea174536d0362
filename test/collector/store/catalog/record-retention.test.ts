import { expect, test } from 'vitest';
import { deleteOldRecords } from '../../../../collector/store/catalog/record-retention.ts';
import type { Profile } from '../../../../shared/model/profile.ts';
import { t0 } from '../open-store.ts';
import { openRecords } from './open-records.ts';

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
    id,
    node: 'n1',
    pid: 42,
    startTimeMs: null,
    durationMs: 30_000,
    frequencyHz: 99,
    status: 'pending',
    reason: null,
    progress: 0,
    createdTimeMs,
    startedTimeMs: null,
    endedTimeMs: null,
    samples: 0,
    lost: 0,
    event: null,
    process: null,
  };
}

test('records older than the moment go, in slices; younger ones and the audit log stay', async () => {
  const { calls, context } = openRecords();
  const { catalog, write } = context;
  await calls.putNode({ name: 'n1', role: 'compute', bootId: '', agentVersion: '', intervalMs: 5000 }, t0);
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
  let turns = 0;
  const turn = async (): Promise<void> => {
    turns += 1;
    await Promise.resolve();
  };
  expect(await deleteOldRecords(context, { beforeMs: t0, profilesBeforeMs: t0 }, turn)).toBe(1500 + 45 + 1);
  // Two slices of gaps, one of profiles, three of commands.
  expect(turns).toBe(6);
  expect(await deleteOldRecords(context, { beforeMs: t0, profilesBeforeMs: t0 }, turn)).toBe(0);
  expect(await calls.gaps('n1', 0, 9)).toHaveLength(1);
  expect((await calls.commands({ limit: 9 })).map(({ id }) => id)).toEqual(['young']);
  expect((await calls.profiles({ limit: 9 })).map(({ id }) => id)).toEqual(['new']);
  expect(await calls.audit({ limit: 9 })).toHaveLength(1);
  expect(() => context.catalogDb.exec('DELETE FROM audit')).toThrow('append-only');
  expect(() => context.catalogDb.exec("UPDATE audit SET actor = 'x'")).toThrow('append-only');
});
