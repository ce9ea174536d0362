import { describe, expect, test } from 'vitest';
import { createQuery } from '../../../collector/query/create-query.ts';
import type { Query } from '../../../collector/query/query.ts';
import { type Profile, untoldProfile } from '../../../shared/model/profile.ts';
import { profileRequest } from '../../shared/model/some-profile.ts';
import { wholeProcess } from '../../shared/model/whole-process.ts';
import { handClock, openStore, sender, t0 } from '../store/open-store.ts';

async function openQuery() {
  const clock = handClock();
  const store = await openStore({ clock });
  return { clock, store, query: createQuery(store, clock) };
}

const folded = { id: 'p1', format: 'folded', asked: {} } as const;

async function detailOf(query: Query, id: string): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await query.profileView({ view: 'functions', id })));
}

describe('profiles, commands and the audit log', () => {
  const profile: Profile = {
    ...profileRequest({ target: wholeProcess(7, 1500) }),
    ...untoldProfile,
    node: 'n1',
    nodeCount: 1,
    parentId: null,
    createdTimeMs: t0,
  };

  test('a profile counts in seconds and has no functions until there are stacks', async () => {
    const { store, query } = await openQuery();
    await store.putProfile(profile);
    expect(await query.profile('p1')).toEqual({
      id: 'p1',
      node: 'n1',
      nodes: 1,
      parent: null,
      target: { kind: 'process', pid: 7, startTime: 1.5, children: false },
      pid: 7,
      startTime: 1.5,
      name: null,
      command: null,
      user: null,
      status: 'pending',
      reason: null,
      progress: 0,
      created: t0 / 1000,
      started: null,
      ended: null,
      duration: 30,
      frequency: 99,
      event: 'cpu-clock',
      sampledEvent: null,
      unit: 'samples',
      callGraph: null,
      symbols: null,
      samples: 0,
      lost: 0,
    });
    expect(await detailOf(query, 'p1')).toMatchObject({ id: 'p1', bottomUp: null, topDown: null });
    await expect(query.exportProfile(folded)).rejects.toMatchObject({ code: 'no-stacks' });
    expect(await query.profile('p9')).toBeNull();
    await expect(detailOf(query, 'p9')).rejects.toMatchObject({ code: 'unknown-profile' });
    const stacks = {
      index: 0,
      last: true,
      frames: [{ function: 'main', module: 'a' }],
      parents: [-1],
      frameIds: [0],
      self: [4],
      threads: [],
      samples: null,
    };
    const seen = { pid: 7, startTimeMs: 2500, name: 'a', command: 'a b', user: 'u' };
    const report = {
      ...profile,
      profileId: 'p1',
      status: 'finished',
      samples: 4,
      process: seen,
      stacks,
    } as const;
    await store.append(sender, { sequence: 1, payload: { kind: 'profile', report } });
    expect(await detailOf(query, 'p1')).toMatchObject({
      status: 'finished',
      startTime: 2.5,
      name: 'a',
      command: 'a b',
      user: 'u',
      bottomUp: [{ function: 'main', module: 'a', self: 1, total: 1 }],
    });
    expect((await query.exportProfile(folded)).body).toContain('main');
    expect(await query.profiles({ limit: 5, node: 'n1' })).toHaveLength(1);
    expect(await query.profiles({ limit: 5, node: 'n2' })).toEqual([]);
  });

  test('a command is over when every node has ended', async () => {
    const { store, query } = await openQuery();
    const target = {
      node: 'n1',
      state: 'finished',
      startedTimeMs: t0,
      endedTimeMs: t0 + 500,
      exitCode: 0,
      output: 'x',
      truncated: false,
      reason: null,
    } as const;
    const command = {
      id: 'c1',
      action: 'a',
      parameters: { x: '1' },
      requester: 'me',
      issuedTimeMs: t0,
      expiresTimeMs: t0,
      timeoutMs: 1500,
    };
    await store.putCommand({
      ...command,
      targets: [target, { ...target, node: 'n2', state: 'running', endedTimeMs: null }],
    });
    const seen = {
      node: 'n1',
      state: 'finished',
      started: t0 / 1000,
      ended: t0 / 1000 + 0.5,
      exitCode: 0,
      output: 'x',
      truncated: false,
      reason: null,
    };
    expect(await query.command('c1')).toEqual({
      id: 'c1',
      action: 'a',
      parameters: { x: '1' },
      requester: 'me',
      issued: t0 / 1000,
      timeout: 1.5,
      over: false,
      targets: [seen, { ...seen, node: 'n2', state: 'running', ended: null }],
    });
    await store.putCommand({ ...command, targets: [target] });
    expect((await query.commands({ limit: 5 })).map(({ id }) => id)).toEqual(['c1']);
    expect(await query.command('c9')).toBeNull();
    await store.appendAudit({ timeMs: t0, event: 'e', actor: 'a', subject: 's', detail: { x: 1 } });
    expect(await query.audit({ limit: 5 })).toEqual([
      { time: t0 / 1000, event: 'e', actor: 'a', subject: 's', detail: { x: 1 } },
    ]);
  });
});
