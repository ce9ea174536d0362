import { describe, expect, it, vi } from 'vitest';
import { attemptOf, enrol, nameIn, openIdentities, renewalOf, tokenFor } from './some-identities.ts';

describe('a node that joins in the place of another', () => {
  it('stays the one after a restart, although the other renewed while it was written', async () => {
    const { identities, store, reopen } = await openIdentities();
    const before = await enrol(identities, 'n1');
    const token = await tokenFor(identities, 'n1', true);
    const write = store.putIdentities.bind(store);
    const renewing: ReturnType<typeof identities.enrolment.renew>[] = [];
    vi.spyOn(store, 'putIdentities').mockImplementation((records) => {
      const written = write(records);
      if (renewing.length === 0) renewing.push(identities.enrolment.renew(renewalOf(before)));
      return written;
    });
    const outcome = await identities.enrolment.join(attemptOf({ node: 'n1', token }));
    if (outcome.kind !== 'certificate') throw new Error('not let in');
    expect(await Promise.all(renewing)).toMatchObject([{ code: 'not-let-in' }]);
    const after = nameIn(outcome.issued.certificate);
    for (const { door } of [identities, await reopen()]) {
      expect(door.refusal(after)).toBeNull();
      expect(door.refusal(before)).toMatchObject({ code: 'superseded' });
    }
  });

  it('gives the name back when it cannot be written', async () => {
    const { identities, store } = await openIdentities();
    const before = await enrol(identities, 'n1');
    const token = await tokenFor(identities, 'n1', true);
    const writing = vi.spyOn(store, 'putIdentities').mockRejectedValueOnce(new Error('disk full'));
    await expect(identities.enrolment.join(attemptOf({ node: 'n1', token }))).rejects.toThrow('disk full');
    expect(identities.door.refusal(before)).toBeNull();
    writing.mockRestore();
    expect(await identities.enrolment.join(attemptOf({ node: 'n1', token }))).toMatchObject({
      kind: 'certificate',
    });
  });
});

describe('revoking', () => {
  it('keeps out a node that is just joining, and what it came with is gone', async () => {
    const { identities, reopen } = await openIdentities();
    await enrol(identities, 'n1');
    const token = await tokenFor(identities, 'n1', true);
    const joining = identities.enrolment.join(attemptOf({ node: 'n1', token }));
    await identities.revoke('n1', 'ann');
    expect(await joining).toMatchObject({ kind: 'refused', code: 'not-let-in' });
    for (const one of [identities, await reopen()]) {
      expect(one.certificates()).toMatchObject([{ node: 'n1', revokedMs: expect.any(Number) }]);
      expect(await one.enrolment.join(attemptOf({ node: 'n1', token }))).toMatchObject({
        code: 'proof-refused',
      });
    }
  });

  it('counts for the certificate that is just being written', async () => {
    const { identities, store, reopen } = await openIdentities();
    await enrol(identities, 'n1');
    const token = await tokenFor(identities, 'n1', true);
    const write = store.putIdentities.bind(store);
    const revoking: Promise<unknown>[] = [];
    vi.spyOn(store, 'putIdentities').mockImplementation((records) => {
      const written = write(records);
      if (revoking.length === 0) {
        revoking.push(Promise.resolve());
        revoking.push(identities.revoke('n1', 'ann'));
      }
      return written;
    });
    const outcome = await identities.enrolment.join(attemptOf({ node: 'n1', token }));
    await Promise.all(revoking);
    expect(outcome).toMatchObject({ kind: 'refused', code: 'not-let-in' });
    for (const one of [identities, await reopen()]) {
      expect(one.certificates()).toMatchObject([{ node: 'n1', revokedMs: expect.any(Number) }]);
    }
  });
});
