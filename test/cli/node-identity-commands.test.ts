import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eachWithPeer } from './each-with-peer.ts';
import { now } from './recorded-answers.ts';

const cli = eachWithPeer();
const { jidi } = cli;

const authority = `sha256:${'a'.repeat(64)}`;
const created = {
  tokens: [
    { node: 'n1', token: 'jidi-node-one' },
    { node: 'n2', token: 'jidi-node-two' },
  ],
  expires: now + 600,
  authority,
};
const keys = ['ab'.repeat(32), 'cd'.repeat(32)];
const request = {
  node: 'n1',
  fingerprint: keys[0],
  reason: 'in-use',
  address: '10.0.0.1',
  agentVersion: '0.1.0',
  asked: now - 60,
  lastAsked: now,
};
const certificate = {
  node: 'n1',
  epoch: '0123456789abcdef',
  fingerprint: keys[0],
  state: 'valid',
  enrolled: now - 60,
  expires: now + 86_340,
  revoked: null,
};

describe('jidi node token', () => {
  it('prints a line for each node, and says beside it what to do', async () => {
    cli.peer.answer('POST node-tokens', { body: created });
    const { code, out, err } = await jidi('node token create n[1-2] --for 5m --replace');
    expect([code, out]).toEqual([0, 'n1 jidi-node-one\nn2 jidi-node-two\n']);
    expect(err).toContain('Tokens: 2, each for its own node, once, until ');
    expect(err).toContain(`jidi-agent join --collector HOST --ca-hash ${authority} --token-file FILE`);
    expect(cli.peer.asked.at(-1)?.body).toEqual({ nodes: 'n[1-2]', seconds: 300, replace: true });
  });

  it('writes them where nobody else can read them', async () => {
    cli.peer.answer('POST node-tokens', { body: created });
    const folder = mkdtempSync(join(tmpdir(), 'jidi-tokens-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'tokens');
    const { out, err } = await jidi(['node', 'token', 'create', 'n[1-2]', '--file', file]);
    expect(out).toBe('');
    expect(err).not.toContain('jidi-node-one');
    expect(readFileSync(file, 'utf8')).toBe('n1 jidi-node-one\nn2 jidi-node-two\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('gives programs the whole answer', async () => {
    cli.peer.answer('POST node-tokens', { body: created });
    expect(JSON.parse((await jidi('node token create n[1-2] -o json')).out)).toEqual(created);
    expect((await jidi('node token create n[1-2] -o csv')).out).toBe(
      'node,token\r\nn1,jidi-node-one\r\nn2,jidi-node-two\r\n',
    );
  });

  it('refuses what names no nodes, or too many, before it asks', async () => {
    expect(await jidi('node token create n[1')).toMatchObject({ code: 2, out: '' });
    expect((await jidi('node token create n[1-5001]')).err).toContain('names more than 5000 nodes');
    expect(cli.peer.asked).toEqual([]);
  });

  it('lists them without what they are, and takes them back', async () => {
    const token = { node: 'n1', creator: 'ann@session', created: now, expires: now + 600, replace: false };
    cli.peer.answer('GET node-tokens', { body: [token] });
    cli.peer.answer('POST node-tokens/remove', { status: 204 });
    expect((await jidi('node token ls')).out).toContain('n1    2026-03-01 08:10:00  ann@session');
    expect(await jidi('node token rm n1')).toMatchObject({ code: 0, out: '' });
    expect(cli.peer.asked.at(-1)).toMatchObject({ path: 'node-tokens/remove', body: { nodes: 'n1' } });
  });
});

describe('jidi node requests', () => {
  it('shows who waits, with which key and why', async () => {
    cli.peer.answer('GET node-requests', { body: [request] });
    const { out } = await jidi('node requests');
    expect(out).toContain(`n1    ${keys[0]}  name in use  10.0.0.1`);
    expect((await jidi('node requests --lang zh')).out).toContain('名称已被使用');
    cli.peer.answer('GET node-requests', { body: [] });
    expect((await jidi('node requests')).err).toBe('Nothing to list.\n');
  });

  it('lets in the key that waits, and asks which one where there are two', async () => {
    cli.peer.answer('GET node-requests', { body: [request] });
    cli.peer.answer('POST node-requests/n1/approve', { status: 204 });
    cli.peer.answer('POST node-requests/n1/reject', { status: 204 });
    expect((await jidi('node approve n1')).code).toBe(0);
    expect(cli.peer.asked.at(-1)?.body).toEqual({ fingerprint: keys[0] });
    cli.peer.answer('GET node-requests', { body: [request, { ...request, fingerprint: keys[1] }] });
    expect(await jidi('node approve n1')).toMatchObject({
      code: 2,
      err: expect.stringContaining('2 keys wait under this name'),
    });
    expect((await jidi('node reject n1 --fingerprint CDCD')).code).toBe(0);
    expect(cli.peer.asked.at(-1)).toMatchObject({
      path: 'node-requests/n1/reject',
      body: { fingerprint: keys[1] },
    });
    expect((await jidi('node approve n2')).code).toBe(5);
  });
});

describe('jidi node certs', () => {
  it('shows who has joined, and puts a node out', async () => {
    cli.peer.answer('GET node-certificates', { body: [certificate] });
    cli.peer.answer('POST node-certificates/n1/revoke', { body: { ...certificate, state: 'revoked' } });
    expect((await jidi('node certs')).out).toMatch(/^n1 +valid +2026-03-02 07:59:00 .*0123456789abcdef$/m);
    const { code, err } = await jidi('node revoke n1');
    expect([code, err]).toEqual([
      0,
      'n1 is out. To let it in again: jidi node token create n1, and on the node: jidi-agent join --again …\n',
    ]);
  });
});
