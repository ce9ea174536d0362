import { expect, test } from 'vitest';
import { UserNames } from '../../../agent/host/user-names.ts';
import { settle, TurnedClock } from '../sampler/turned-clock.ts';

test('a user who takes ever new uids makes the agent start few programs', async () => {
  const clock = new TurnedClock(1_800_000_000_000);
  const asked: string[] = [];
  const users = new UserNames({
    passwdPath: '/nowhere',
    clock,
    run({ arguments: [, uid = ''] }) {
      asked.push(uid);
      return Promise.resolve({ exitCode: 0, stdout: `u${uid}:x:${uid}:1::/:/bin/sh\n`, stderr: '' });
    },
  });
  for (let second = 0; second < 300; second += 1) {
    for (let i = 0; i < 13; i += 1) users.nameOf(100_000 + second * 13 + i);
    for (let i = 0; i < 40; i += 1) await settle();
    clock.pass(1_000);
  }
  expect(asked.length).toBeGreaterThan(100);
  expect(asked.length).toBeLessThan(150);
  expect(users.nameOf(100_000)).toBe('u100000');
  expect(users.nameOf(103_899)).toBe('103899');
});
