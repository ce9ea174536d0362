import { describe, expect, it } from 'vitest';
import { attemptOf, enrol, makeKey, openIdentities } from '../identity/nodes/some-identities.ts';
import { runServer } from './running-server.ts';

async function runOverIdentities() {
  const some = await openIdentities();
  const server = await runServer({ identities: some.identities });
  return { ...some, ...server };
}

describe('the API of identities of nodes', () => {
  it('creates a token for each node of a set, tells each once, lists and removes them', async () => {
    const { ask, identities } = await runOverIdentities();
    const body = { nodes: 'n[001-100]' };
    const { status, json, headers } = await ask('/api/v1/node-tokens', { method: 'POST', body });
    expect([status, headers['cache-control']]).toEqual([201, 'no-store']);
    const { tokens, authority } = json as { tokens: { node: string; token: string }[]; authority: string };
    expect(tokens).toHaveLength(100);
    expect(new Set(tokens.map(({ token }) => token)).size).toBe(100);
    expect(authority).toBe(identities.authorityHash);
    const { text } = await ask('/api/v1/node-tokens');
    expect(JSON.parse(text)).toHaveLength(100);
    expect(text).not.toContain('jidi-node-');
    const [first] = tokens;
    const outcome = await identities.enrolment.join(attemptOf({ node: 'n001', token: first?.token ?? '' }));
    expect(outcome.kind).toBe('certificate');
    const removed = await ask('/api/v1/node-tokens/remove', { method: 'POST', body });
    expect(removed.status).toBe(204);
    expect(await ask('/api/v1/node-tokens/remove', { method: 'POST', body })).toMatchObject({
      status: 404,
      json: { code: 'unknown-token' },
    });
  });

  it('refuses sets that are too large and lives that are too long', async () => {
    const { ask } = await runOverIdentities();
    const create = (body: object) => ask('/api/v1/node-tokens', { method: 'POST', body });
    expect(await create({ nodes: 'n[1-5001]' })).toMatchObject({
      status: 400,
      json: { code: 'bad-node-set' },
    });
    expect((await create({ nodes: 'n1', seconds: 3_601 })).status).toBe(400);
    expect((await create({ nodes: '' })).status).toBe(400);
    for (let round = 0; round < 4; round += 1) {
      expect((await create({ nodes: `r${round}n[1-5000]` })).status).toBe(201);
    }
    expect(await create({ nodes: 'one' })).toMatchObject({ status: 429, json: { code: 'too-many-tokens' } });
  });

  it('shows who waits, and passes on what a person decides', async () => {
    const { ask, identities } = await runOverIdentities();
    const key = makeKey();
    await identities.enrolment.join(attemptOf({ node: 'n1', key }));
    const { json } = await ask('/api/v1/node-requests');
    const [request] = json as { node: string; fingerprint: string; reason: string }[];
    expect(request).toMatchObject({ node: 'n1', reason: 'no-token', address: '10.0.0.1' });
    const decide = (word: string, node: string) =>
      ask(`/api/v1/node-requests/${node}/${word}`, {
        method: 'POST',
        body: { fingerprint: request?.fingerprint },
      });
    expect((await decide('approve', 'n2')).status).toBe(404);
    expect((await decide('approve', 'n1')).status).toBe(204);
    expect((await decide('reject', 'n1')).status).toBe(404);
    expect((await identities.enrolment.join(attemptOf({ node: 'n1', key }))).kind).toBe('certificate');
  });

  it('lists certificates and revokes', async () => {
    const { ask, identities, clock } = await runOverIdentities();
    const name = await enrol(identities, 'n1');
    await enrol(identities, 'n2');
    const revoked = await ask('/api/v1/node-certificates/n1/revoke', { method: 'POST' });
    expect(revoked).toMatchObject({ status: 200, json: { node: 'n1', state: 'revoked', epoch: name.epoch } });
    expect(identities.door.refusal(name)).toMatchObject({ code: 'revoked' });
    const { json } = await ask('/api/v1/node-certificates');
    expect(json).toMatchObject([
      { node: 'n1', state: 'revoked' },
      { node: 'n2', state: 'valid', revoked: null, expires: (clock.nowMs + 86_400_000) / 1000 },
    ]);
    expect((await ask('/api/v1/node-certificates/n9/revoke', { method: 'POST' })).status).toBe(404);
  });
});
