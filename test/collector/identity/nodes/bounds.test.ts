// What must hold whatever comes, in whatever order.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FailedProofs } from '../../../../collector/identity/nodes/failed-proofs.ts';
import { IssueRate } from '../../../../collector/identity/nodes/issue-rate.ts';
import {
  approvalRecord,
  nodeRecord,
  readApproval,
  readNode,
  readToken,
  tokenRecord,
} from '../../../../collector/identity/nodes/node-records.ts';
import { NodeRegister } from '../../../../collector/identity/nodes/node-register.ts';
import { RequestQueue } from '../../../../collector/identity/nodes/request-queue.ts';
import { TokenBook } from '../../../../collector/identity/nodes/token-book.ts';

const names = fc.constantFrom('n1', 'n2', 'n3');
const hexDigits = '0123456789abcdef'.split('');
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...hexDigits), minLength: length, maxLength: length });
const times = fc.integer({ min: 0, max: 2 ** 45 });

describe('the register', () => {
  it('lets in one epoch of a name at most: the last one that joined, unless it was revoked', () => {
    const step = fc.record({ node: names, epoch: hex(16), isRevoked: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const register = new NodeRegister('hpc', []);
        const told: string[] = [];
        register.onRefused(({ node, epoch }) => told.push(`${node} ${epoch}`));
        for (const { node, epoch, isRevoked } of steps) {
          const revokedMs = isRevoked ? 1 : null;
          register.put({ node, epoch, fingerprint: '', enrolledMs: 0, expiresMs: 1, revokedMs });
        }
        for (const { node, epoch } of steps) {
          const last = steps.findLast((each) => each.node === node);
          const refusal = register.refusal({ cluster: 'hpc', node, epoch });
          expect(refusal === null).toBe(last?.epoch === epoch && !last.isRevoked);
          if (refusal !== null) expect(told).toContain(`${node} ${epoch}`);
          expect(register.refusal({ cluster: 'other', node, epoch })?.code).toBe('foreign-cluster');
        }
      }),
    );
  });
});

describe('the queue', () => {
  it('never holds more than its bounds, and decides about no key that nobody decided about', () => {
    const limits = { requests: 6, perNode: 2, perAddress: 3 };
    const ask = fc.record({ node: names, fingerprint: hex(2), address: fc.constantFrom('a', 'b', 'c') });
    const step = fc.record({ ask, decide: fc.constantFrom('none', 'approve', 'reject') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new RequestQueue([], limits);
        const approved = new Set<string>();
        for (const { ask: facts, decide } of steps) {
          const { node, fingerprint } = facts;
          const key = `${node} ${fingerprint}`;
          if (queue.decision(facts, 0).state === 'none') {
            queue.add({ ...facts, reason: 'no-token', agentVersion: '' }, 0);
          }
          if (decide === 'approve' && queue.find(facts) !== undefined) {
            queue.approve({ node, fingerprint, approver: 'ann', expiresMs: 1 });
            approved.add(key);
          } else if (decide === 'reject') queue.reject(facts);
          expect(queue.decision(facts, 0).state === 'approved').toBe(approved.has(key));
          const waiting = queue.waiting(0);
          expect(queue.size).toBeLessThanOrEqual(limits.requests);
          expect(waiting.filter((each) => each.node === node).length).toBeLessThanOrEqual(limits.perNode);
          expect(waiting.filter(({ address }) => address === facts.address).length).toBeLessThanOrEqual(
            limits.perAddress,
          );
        }
      }),
    );
  });
});

describe('failures to prove', () => {
  it('lock an address out with the last that a minute allows, and never another one', () => {
    const step = fc.record({
      address: fc.constantFrom('a', 'b'),
      waitMs: fc.integer({ min: 0, max: 20_000 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const failures = new FailedProofs({ perMinute: 5, lockedMs: 60_000, addresses: 10 });
        let nowMs = 0;
        const tried = new Map<string, number[]>();
        for (const { address, waitMs } of steps) {
          nowMs += waitMs;
          if (failures.isLocked(address, nowMs)) continue;
          const before = [...(tried.get(address) ?? []), nowMs];
          tried.set(address, before);
          failures.failed(address, nowMs);
          // At no time are there more attempts within half a minute than twice what is allowed.
          expect(before.filter((timeMs) => timeMs > nowMs - 30_000).length).toBeLessThanOrEqual(10);
        }
        expect(failures.isLocked('never', nowMs)).toBe(false);
      }),
    );
  });

  it('of more addresses than are remembered take no more room', () => {
    const failures = new FailedProofs({ perMinute: 1, lockedMs: 60_000, addresses: 100 });
    for (let address = 0; address < 1_000; address += 1) failures.failed(`10.0.${address}`, address);
    expect(failures.forgotten).toBe(900);
    expect(failures.locked(1_000)).toBe(100);
    expect(failures.isLocked('10.0.999', 1_000)).toBe(true);
  });
});

describe('the rate of certificates', () => {
  it('is never above what is allowed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 200 }), (waits) => {
        const rate = new IssueRate({ perSecond: 10, atOnce: 5 });
        let nowMs = 1_000;
        const beganMs = nowMs;
        let issued = 0;
        for (const waitMs of waits) {
          nowMs += waitMs;
          if (rate.take(nowMs)) issued += 1;
          expect(issued).toBeLessThanOrEqual(5 + ((nowMs - beganMs) / 1000) * 10 + 1e-6);
        }
      }),
    );
  });
});

describe('records', () => {
  const node = fc.record({
    node: names,
    epoch: hex(16),
    fingerprint: hex(64),
    enrolledMs: times,
    expiresMs: times,
    revokedMs: fc.option(times),
  });
  const token = fc.record({
    node: names,
    digest: hex(64),
    createdMs: times,
    expiresMs: times,
    creator: fc.string(),
    replaces: fc.boolean(),
  });
  const approved = fc.record({
    node: names,
    fingerprint: hex(64),
    approver: fc.string(),
    expiresMs: times,
  });

  it('are read as they were written', () => {
    fc.assert(
      fc.property(node, token, approved, (one, two, three) => {
        const stored = <T>(record: T): T => JSON.parse(JSON.stringify(record)) as T;
        expect(readNode(stored(nodeRecord(one)))).toEqual(one);
        expect(readToken(stored(tokenRecord(two)))).toEqual(two);
        expect(readApproval(stored(approvalRecord(three)))).toEqual(three);
      }),
    );
  });

  it('that say nothing are nothing', () => {
    fc.assert(
      fc.property(fc.object(), (body) => {
        const record = { kind: 'node', id: 'n1', body };
        expect([readNode(record), readToken(record), readApproval(record)]).toEqual([
          undefined,
          undefined,
          undefined,
        ]);
      }),
    );
  });
});

describe('tokens', () => {
  it('are all different, and none is the digest that is kept', () => {
    const book = new TokenBook([]);
    const nodes = Array.from({ length: 5_000 }, (_, index) => `n${index}`);
    const { tokens, records } = book.create({ nodes, lifeMs: 1, replaces: false, creator: 'ann' }, 0);
    expect(new Set(tokens.map(({ token }) => token)).size).toBe(5_000);
    const kept = JSON.stringify(records);
    expect(tokens.some(({ token }) => kept.includes(token))).toBe(false);
    // Five bits a character, all of them used.
    const characters = new Set(
      tokens.flatMap(({ token }) => token.slice('jidi-node-'.length).match(/./g) ?? []),
    );
    expect(characters.size).toBe(32);
  });
});
