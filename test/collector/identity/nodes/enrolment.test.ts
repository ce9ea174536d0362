import { describe, expect, it } from 'vitest';
import { usualFailedProofs } from '../../../../collector/identity/nodes/failed-proofs.ts';
import { attemptOf, enrol, makeKey, nameIn, openIdentities, renewalOf, tokenFor } from './some-identities.ts';

const day = 24 * 3_600_000;

async function auditOf({ store }: Awaited<ReturnType<typeof openIdentities>>) {
  const records = await store.audit({ limit: 100 });
  return records.map(({ event, actor, subject }) => `${event} ${subject} by ${actor}`).reverse();
}

describe('a token', () => {
  it('lets its node in, once', async () => {
    const some = await openIdentities();
    const { identities } = some;
    const token = await tokenFor(identities, 'n1');
    expect(token).toMatch(/^jidi-node-[0-9a-z]{32}$/);
    const outcome = await identities.enrolment.join(attemptOf({ node: 'n1', token }));
    expect(outcome.kind).toBe('certificate');
    expect(await identities.enrolment.join(attemptOf({ node: 'n1', token }))).toMatchObject({
      code: 'proof-refused',
    });
    expect(await auditOf(some)).toEqual([
      'node-tokens-created n1 by ann',
      'node-enrolled n1 by token of ann',
    ]);
  });

  it('lets one of many in that come with it at the same time', async () => {
    const { identities } = await openIdentities();
    const token = await tokenFor(identities, 'n1');
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        identities.enrolment.join(attemptOf({ node: 'n1', token, address: `10.0.0.${index}` })),
      ),
    );
    expect(outcomes.filter(({ kind }) => kind === 'certificate')).toHaveLength(1);
  });

  it('is told to nobody again: neither the list nor the disk has it', async () => {
    const { identities, store } = await openIdentities();
    const token = await tokenFor(identities, 'n1');
    const kept = JSON.stringify([identities.tokens(), await store.identities('node-token')]);
    expect(kept).toContain('n1');
    expect(kept).not.toContain(token.slice(10));
  });

  it('that is wrong, used, expired, of another node or of nobody gets one answer', async () => {
    const { identities, clock } = await openIdentities();
    const used = await tokenFor(identities, 'used');
    await identities.enrolment.join(attemptOf({ node: 'used', token: used }));
    const other = await tokenFor(identities, 'other');
    const old = await tokenFor(identities, 'old');
    clock.nowMs += 600_001;
    await tokenFor(identities, 'wrong');
    await tokenFor(identities, 'n2');
    const attempts = [
      { node: 'wrong', token: 'jidi-node-00000000000000000000000000000000' },
      { node: 'used', token: used },
      { node: 'old', token: old },
      { node: 'n2', token: other },
      { node: 'nobody', token: other },
    ];
    const answers = [];
    for (const attempt of attempts) answers.push(await identities.enrolment.join(attemptOf(attempt)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveProperty('size', 1);
    expect(answers[0]).toMatchObject({ kind: 'refused', code: 'proof-refused' });
  });

  it('is good for the key alone that has signed', async () => {
    const { identities } = await openIdentities();
    const token = await tokenFor(identities, 'n1');
    const attempt = attemptOf({ node: 'n1', token });
    const stolen = { ...attempt, publicKey: makeKey().publicKey };
    expect(await identities.enrolment.join(stolen)).toMatchObject({ code: 'proof-refused' });
    expect(await identities.enrolment.join({ ...attempt, node: 'n2' })).toMatchObject({
      code: 'proof-refused',
    });
    expect(await identities.enrolment.join(attempt)).toMatchObject({ kind: 'certificate' });
  });

  it('survives a restart as what it was, and a newer one takes its place', async () => {
    const { identities, reopen } = await openIdentities();
    const first = await tokenFor(identities, 'n1');
    const second = await tokenFor(identities, 'n1');
    const again = await reopen();
    expect(await again.enrolment.join(attemptOf({ node: 'n1', token: first }))).toMatchObject({
      code: 'proof-refused',
    });
    expect(await again.enrolment.join(attemptOf({ node: 'n1', token: second }))).toMatchObject({
      kind: 'certificate',
    });
    const third = await reopen();
    expect(third.tokens()).toEqual([]);
    expect(third.certificates()).toMatchObject([{ node: 'n1', revokedMs: null }]);
  });

  it('can be taken back', async () => {
    const { identities } = await openIdentities();
    const token = await tokenFor(identities, 'n1');
    await identities.removeTokens(['n1', 'n2'], 'ann');
    expect(await identities.enrolment.join(attemptOf({ node: 'n1', token }))).toMatchObject({
      code: 'proof-refused',
    });
    await expect(identities.removeTokens(['n1'], 'ann')).rejects.toThrow('n1: no open token');
  });
});

describe('guessing', () => {
  it('100,000 times lets nobody in, and locks each address out after twenty', async () => {
    const { identities, clock } = await openIdentities();
    const token = await tokenFor(identities, 'n1');
    const attempt = attemptOf({ node: 'n1', token: 'jidi-node-wrong' });
    const codes = new Map<string, number>();
    for (let guess = 0; guess < 100_000; guess += 1) {
      if (guess % 20_000 === 0) clock.nowMs += 100;
      const tokenProof = Buffer.alloc(32);
      tokenProof.writeUInt32BE(guess);
      const outcome = await identities.enrolment.join({
        ...attempt,
        tokenProof,
        address: `10.0.0.${guess % 200}`,
      });
      const code = outcome.kind === 'refused' ? outcome.code : outcome.kind;
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    const tried = 200 * usualFailedProofs.perMinute;
    expect(Object.fromEntries(codes)).toEqual({ 'proof-refused': tried, 'locked-out': 100_000 - tried });
    expect(identities.statistics.joins).toEqual(codes);
    expect(identities.state.lockedAddresses).toBe(200);
    // Who has the token comes in, from an address that has not guessed at once, from the others a minute later.
    const right = attemptOf({ node: 'n1', token, address: '10.0.0.1' });
    expect(await identities.enrolment.join(right)).toMatchObject({ code: 'locked-out' });
    clock.nowMs += usualFailedProofs.lockedMs + 1;
    expect(await identities.enrolment.join(right)).toMatchObject({ kind: 'certificate' });
  });
});

describe('a node without a token', () => {
  it('waits for a person, who says yes to its key alone', async () => {
    const some = await openIdentities();
    const { identities, reopen } = some;
    const key = makeKey();
    const asked = attemptOf({ node: 'n1', key });
    expect(await identities.enrolment.join(asked)).toMatchObject({ kind: 'pending', retryAfterMs: 10_000 });
    await identities.enrolment.join(attemptOf({ node: 'n1', address: '10.6.6.6' }));
    const [request, other] = identities.requests();
    expect(request).toMatchObject({ node: 'n1', reason: 'no-token', address: '10.0.0.1' });
    if (request === undefined || other === undefined) throw new Error('no requests');
    await identities.approve(request, 'ann');
    await identities.reject(other, 'ann');
    expect(identities.requests()).toEqual([]);
    // The yes is still known after a restart.
    const again = await reopen();
    const outcome = await again.enrolment.join(attemptOf({ node: 'n1', key }));
    expect(outcome.kind).toBe('certificate');
    expect((await auditOf(some)).slice(-3)).toEqual([
      'node-approved n1 by ann',
      'node-rejected n1 by ann',
      'node-enrolled n1 by approval of ann',
    ]);
    // It was good once.
    expect((await (await reopen()).enrolment.join(attemptOf({ node: 'n1', key }))).kind).toBe('pending');
  });

  it('that was refused hears so', async () => {
    const { identities } = await openIdentities();
    const key = makeKey();
    await identities.enrolment.join(attemptOf({ node: 'n1', key }));
    const [request] = identities.requests();
    if (request === undefined) throw new Error('no request');
    await identities.reject(request, 'ann');
    expect(await identities.enrolment.join(attemptOf({ node: 'n1', key }))).toMatchObject({
      code: 'rejected',
    });
    await expect(identities.approve(request, 'ann')).rejects.toThrow('no such request waits');
  });

  it('finds room among a bounded number of others, of its address and of its name', async () => {
    const { identities, clock } = await openIdentities();
    const ask = (node: string, address: string) => identities.enrolment.join(attemptOf({ node, address }));
    for (let place = 0; place < 4; place += 1) await ask('same', `10.1.0.${place}`);
    expect(await ask('same', '10.1.0.9')).toMatchObject({ code: 'queue-full' });
    for (let place = 0; place < 64; place += 1) await ask(`a${place}`, '10.2.0.1');
    expect(await ask('b', '10.2.0.1')).toMatchObject({ code: 'queue-full' });
    expect(identities.requests()).toHaveLength(68);
    clock.nowMs += 3_600_001;
    expect(identities.requests()).toEqual([]);
  });
});

describe('a node that is there already', () => {
  it('is not replaced by one with a good token until a person says yes', async () => {
    const { identities, connected } = await openIdentities();
    const first = await enrol(identities, 'n1');
    const refused: unknown[] = [];
    identities.door.onRefused((name) => refused.push(name));
    const key = makeKey();
    const token = await tokenFor(identities, 'n1');
    expect((await identities.enrolment.join(attemptOf({ node: 'n1', token, key }))).kind).toBe('pending');
    // It asks again with what it has.
    expect((await identities.enrolment.join(attemptOf({ node: 'n1', token, key }))).kind).toBe('pending');
    expect(identities.door.refusal(first)).toBeNull();
    const [request] = identities.requests();
    expect(request).toMatchObject({ node: 'n1', reason: 'in-use' });
    if (request === undefined) throw new Error('no request');
    connected.add('n1');
    await identities.approve(request, 'ann');
    const outcome = await identities.enrolment.join(attemptOf({ node: 'n1', key }));
    if (outcome.kind !== 'certificate') throw new Error('not let in');
    const second = nameIn(outcome.issued.certificate);
    expect(second.epoch).not.toBe(first.epoch);
    expect(identities.door.refusal(second)).toBeNull();
    expect(identities.door.refusal(first)).toMatchObject({ code: 'superseded' });
    expect(refused).toEqual([first]);
  });

  it('makes room when it is silent, for one whose token says so, or when its certificate is over', async () => {
    const { identities, connected, clock } = await openIdentities();
    await enrol(identities, 'n1');
    connected.add('n1');
    const early = await tokenFor(identities, 'n1', true);
    expect((await identities.enrolment.join(attemptOf({ node: 'n1', token: early }))).kind).toBe('pending');
    connected.delete('n1');
    const replacing = await tokenFor(identities, 'n1', true);
    expect((await identities.enrolment.join(attemptOf({ node: 'n1', token: replacing }))).kind).toBe(
      'certificate',
    );
    clock.nowMs += day;
    const later = await tokenFor(identities, 'n1');
    expect((await identities.enrolment.join(attemptOf({ node: 'n1', token: later }))).kind).toBe(
      'certificate',
    );
  });
});

describe('revoking', () => {
  it('is heard at once, stays after a restart, and ends with joining anew', async () => {
    const { identities, reopen } = await openIdentities();
    const name = await enrol(identities, 'n1');
    const refused: unknown[] = [];
    identities.door.onRefused((each) => refused.push(each));
    const before = await tokenFor(identities, 'n1');
    const revoking = identities.revoke('n1', 'ann');
    expect(refused).toEqual([name]);
    expect(identities.door.refusal(name)).toMatchObject({ code: 'revoked' });
    await revoking;
    const again = await reopen();
    expect(again.door.refusal(name)).toMatchObject({ code: 'revoked' });
    expect(await again.enrolment.renew(renewalOf(name))).toMatchObject({ code: 'not-let-in' });
    // What could have let it in is gone, too.
    expect(await again.enrolment.join(attemptOf({ node: 'n1', token: before }))).toMatchObject({
      code: 'proof-refused',
    });
    const next = await enrol(again, 'n1');
    expect(again.door.refusal(next)).toBeNull();
    expect(again.door.refusal(name)).toMatchObject({ code: 'superseded' });
    await expect(again.revoke('n9', 'ann')).rejects.toThrow('node n9: has no certificate');
  });

  it('stands while a renewal is under way', async () => {
    const { identities, reopen } = await openIdentities();
    const name = await enrol(identities, 'n1');
    const renewing = identities.enrolment.renew(renewalOf(name));
    const revoking = identities.revoke('n1', 'ann');
    await Promise.all([renewing, revoking]);
    expect(identities.door.refusal(name)).toMatchObject({ code: 'revoked' });
    expect((await reopen()).door.refusal(name)).toMatchObject({ code: 'revoked' });
  });
});

describe('renewing', () => {
  it('gives the same name another key and another day', async () => {
    const { identities, clock } = await openIdentities();
    const name = await enrol(identities, 'n1');
    clock.nowMs += day / 2;
    const outcome = await identities.enrolment.renew(renewalOf(name));
    if (outcome.kind !== 'certificate') throw new Error('not renewed');
    expect(nameIn(outcome.issued.certificate)).toEqual(name);
    expect(identities.certificates()).toMatchObject([{ node: 'n1', expiresMs: clock.nowMs + day }]);
    // Again at once is more than a node needs.
    expect(await identities.enrolment.renew(renewalOf(name))).toMatchObject({ code: 'busy' });
  });

  it('is refused to names that are not let in, and to keys that have not signed', async () => {
    const { identities } = await openIdentities();
    const name = await enrol(identities, 'n1');
    const renew = (wish: Parameters<typeof identities.enrolment.renew>[0]) =>
      identities.enrolment.renew(wish);
    expect(await renew(renewalOf({ ...name, node: 'n2' }))).toMatchObject({ code: 'not-let-in' });
    expect(await renew(renewalOf({ ...name, cluster: 'other' }))).toMatchObject({ code: 'not-let-in' });
    expect(await renew(renewalOf({ ...name, epoch: '0123456789abcdef' }))).toMatchObject({
      code: 'not-let-in',
    });
    const stolen = { ...renewalOf(name), publicKey: makeKey().publicKey };
    expect(await renew(stolen)).toMatchObject({ code: 'proof-refused' });
    const garbage = { ...renewalOf(name), publicKey: Buffer.from('no key') };
    expect(await renew(garbage)).toMatchObject({ code: 'proof-refused' });
  });
});
