import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importAuthority, rotateAuthority } from '../../../collector/identity/nodes/set-up.ts';
import { cluster, tokenFor } from '../identity/nodes/some-identities.ts';
import { tempDir } from '../store/open-store.ts';
import { listenForNodes, makePrivateKey, requireJoined } from './joining.ts';

const dayAndMore = 26 * 3_600_000;

describe('a node', () => {
  it('joins by hash and token over TLS, and renews over what it was given', async () => {
    const { identities, join, renew } = await listenForNodes();
    const credentials = requireJoined(await join('n1', { token: await tokenFor(identities, 'n1') }));
    expect(credentials.name).toMatchObject({ cluster, node: 'n1' });
    expect(credentials.expiresMs - Date.now()).toBeGreaterThan(23 * 3_600_000);
    const renewed = await renew(credentials);
    expect(renewed.name).toEqual(credentials.name);
    expect(renewed.key).not.toBe(credentials.key);
  });

  it('tells nothing to a collector of another hash, and gets nothing for a wrong token', async () => {
    const { identities, join } = await listenForNodes();
    const token = await tokenFor(identities, 'n1');
    await expect(join('n1', { token, hash: `sha256:${'0'.repeat(64)}` })).rejects.toThrow(
      'not by the authority',
    );
    await expect(join('n1', { token: 'jidi-node-wrong' })).rejects.toThrow('not good for this node');
    await expect(join('n2', { token })).rejects.toThrow('not good for this node');
    requireJoined(await join('n1', { token }));
    await expect(join('n1', { token })).rejects.toThrow('not good for this node');
    expect(Object.fromEntries(identities.statistics.joins)).toEqual({ 'proof-refused': 3, certificate: 1 });
  });

  it('without a token waits for a person with the fingerprint that it shows', async () => {
    const { identities, join } = await listenForNodes();
    const key = makePrivateKey();
    const asked = await join('n1', { key });
    const [request] = identities.requests();
    expect(asked).toMatchObject({ kind: 'pending', fingerprint: request?.fingerprint });
    if (request === undefined) throw new Error('no request');
    await identities.approve(request, 'ann');
    requireJoined(await join('n1', { key }));
  });

  it('that is revoked is out, and comes back with another token', async () => {
    const { identities, join, renew } = await listenForNodes();
    const credentials = requireJoined(await join('n1', { token: await tokenFor(identities, 'n1') }));
    await identities.revoke('n1', 'ann');
    await expect(renew(credentials)).rejects.toThrow('was revoked');
    const next = requireJoined(await join('n1', { token: await tokenFor(identities, 'n1') }));
    await expect(renew(credentials)).rejects.toThrow('another machine has joined');
    await renew(next);
  });
});

describe('when the authority changes', () => {
  it('those who know the one before still come in, and learn the new one', async () => {
    const { identities, join, renew, dataDir, clock } = await listenForNodes();
    const before = identities.authorityHash;
    const old = requireJoined(await join('n1', { token: await tokenFor(identities, 'n1') }));
    await rotateAuthority(dataDir, cluster, { nowMs: clock.now(), distrust: false });
    await identities.look();
    expect(identities.authorityHash).not.toBe(before);
    const renewed = await renew(old);
    expect(renewed.authorities.match(/BEGIN/g)).toHaveLength(2);
    clock.nowMs += 2_000;
    await renew(renewed);
    requireJoined(await join('n2', { token: await tokenFor(identities, 'n2') }));
    // The hash of before is still in somebody's notes.
    requireJoined(await join('n3', { token: await tokenFor(identities, 'n3'), hash: before }));
    clock.nowMs += dayAndMore;
    await identities.look();
    expect(identities.door.credentials().authorities).toHaveLength(1);
    expect(identities.door.credentials().certificate.match(/BEGIN/g)).toHaveLength(1);
  });

  it('without trust in the one before, nobody of before comes in', async () => {
    const { identities, join, renew, dataDir, clock } = await listenForNodes();
    const old = requireJoined(await join('n1', { token: await tokenFor(identities, 'n1') }));
    await rotateAuthority(dataDir, cluster, { nowMs: clock.now(), distrust: true });
    await identities.look();
    await expect(renew(old)).rejects.toThrow();
    const token = await tokenFor(identities, 'n1', true);
    await renew(requireJoined(await join('n1', { token })));
  });

  it('to one of the site, both believe each other through it, and nobody else of the site comes in', async () => {
    const { identities, join, renew, dataDir, clock } = await listenForNodes();
    const old = requireJoined(await join('n1', { token: await tokenFor(identities, 'n1') }));
    const site = makeSite();
    await importAuthority(dataDir, site.files, { nowMs: clock.now(), distrust: false });
    await identities.look();
    const next = requireJoined(await join('n2', { token: await tokenFor(identities, 'n2') }));
    expect(next.certificate.match(/BEGIN/g)).toHaveLength(2);
    await renew(next);
    await renew(old);
    // The same name, certified by the site's root instead of the authority that was given.
    const { node, epoch } = next.name;
    const forged = site.issue(`jidi://${cluster}/node/${node}/${epoch}`);
    await expect(renew({ ...next, ...forged })).rejects.toThrow();
  });
});

/** A site with a root and an issuing authority, as OpenSSL makes them. */
function makeSite() {
  const folder = tempDir();
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void =>
    void execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
  const key = ['-newkey', 'rsa:2048', '-nodes'];
  const ca = [
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  ];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'root.key',
    '-out',
    'root.pem',
    '-subj',
    '/O=Site/CN=Root',
    ...ca,
  );
  const byRoot = ['-CA', 'root.pem', '-CAkey', 'root.key', '-days', '30'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'sub.key',
    '-out',
    'sub.pem',
    '-subj',
    '/O=Site/CN=Nodes',
    ...byRoot,
    ...ca,
  );
  const read = (name: string): string => readFileSync(at(name), 'utf8');
  return {
    files: { key: read('sub.key'), chain: read('sub.pem') + read('root.pem') },
    issue(uri: string) {
      const names = ['-addext', `subjectAltName=URI:${uri}`, '-addext', 'extendedKeyUsage=clientAuth'];
      openssl(
        'req',
        '-x509',
        ...key,
        '-keyout',
        'n.key',
        '-out',
        'n.pem',
        '-subj',
        '/CN=n',
        ...byRoot,
        ...names,
      );
      return { key: read('n.key'), certificate: read('n.pem') };
    },
  };
}
