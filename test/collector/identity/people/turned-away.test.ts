import { expect, it } from 'vitest';
import { createAuditTrail } from '../../../../collector/control/audit-trail.ts';
import { createPeople } from '../../../../collector/identity/people/people.ts';
import { handClock, openStore } from '../../store/open-store.ts';

const password = 'correct horse 1';
const visitor = { way: 'bearer', address: '127.0.0.1' } as const;

it('a login that nobody has looked at is no failure of its account', async () => {
  const clock = handClock();
  const store = await openStore({ clock });
  const passwordCost = { log2N: 10, r: 8, p: 1 };
  const people = createPeople({ store, clock, audit: () => Promise.resolve(), passwordCost });
  await people.accounts.create({ name: 'anna', role: 'user', password }, 'test');
  const enter = (name: string, secret: string) => people.logins.login(name, secret, visitor);
  const crowd = Array.from({ length: 34 }, (_, place) => enter(`nobody${place}`, 'wrong'));
  const tries = Array.from({ length: 10 }, () => enter('anna', password));
  const [crowded, tried] = await Promise.all([Promise.allSettled(crowd), Promise.allSettled(tries)]);
  const codes = (results: readonly PromiseSettledResult<unknown>[]) =>
    new Set(results.map((result) => (result.status === 'rejected' ? result.reason.code : 'in')));
  expect(codes(crowded)).toEqual(new Set(['bad-login']));
  expect([...codes(tried)]).toContain('too-busy');
  await expect(enter('anna', password)).resolves.toHaveProperty('secret');
});

it('strangers with wrong links fill no more than some lines a minute of the audit log', async () => {
  const clock = handClock();
  const store = await openStore({ clock });
  const people = createPeople({ store, clock, audit: createAuditTrail(store, clock) });
  const wrong = () => people.logins.redeem('no link', visitor).catch(() => undefined);
  await Promise.all(Array.from({ length: 100 }, wrong));
  clock.nowMs += 60_000;
  await wrong();
  const noted = await store.audit({ limit: 200 });
  expect(noted).toHaveLength(61);
  expect(noted[0]).toMatchObject({ event: 'login.refused', detail: { reason: 'bad-link', omitted: 40 } });
  expect(people.statistics().logins.get('refused')).toBe(101);
});
