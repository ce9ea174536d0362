import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IdentityFolder } from '../../../../collector/identity/nodes/identity-folder.ts';
import { NodeAuthority } from '../../../../collector/identity/nodes/node-authority.ts';
import { ServerIdentity } from '../../../../collector/identity/nodes/server-credentials.ts';
import { rotateAuthority, setUpAuthority } from '../../../../collector/identity/nodes/set-up.ts';
import { createLogger } from '../../../../shared/log.ts';
import { handClock, tempDir } from '../../store/open-store.ts';

const names = ['mgr', 'mgr.example', 'localhost', '10.0.0.1', '127.0.0.1', '::1', 'fd00::2'];
const day = 24 * 3_600_000;

async function openServer() {
  const dataDir = tempDir();
  const clock = handClock(Date.now());
  await setUpAuthority(dataDir, { cluster: 'hpc', names: [] }, clock.now());
  const folder = new IdentityFolder(dataDir);
  const open = (wanted: readonly string[] = names) =>
    ServerIdentity.open({
      folder,
      authority: new NodeAuthority(folder, clock),
      names: wanted,
      clock,
      log: createLogger('test', 'silent'),
    });
  return { dataDir, clock, open, file: (name: string) => join(folder.path, name) };
}

describe('the certificate of the collector', () => {
  it('is for all of its names, for servers alone, and the same after a restart', async () => {
    const { open } = await openServer();
    const { credentials } = await open();
    const certificate = new X509Certificate(credentials.certificate);
    expect(certificate.subjectAltName).toBe(
      'DNS:mgr, DNS:mgr.example, DNS:localhost, IP Address:10.0.0.1, IP Address:127.0.0.1, ' +
        'IP Address:0:0:0:0:0:0:0:1, IP Address:FD00:0:0:0:0:0:0:2',
    );
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect((await open()).credentials).toEqual(credentials);
  });

  it('is another one when there are other names, and when its file is damaged', async () => {
    const { open, file } = await openServer();
    const { credentials } = await open();
    const { credentials: others } = await open([...names, 'new']);
    expect(others.certificate).not.toBe(credentials.certificate);
    writeFileSync(file('server.pem'), 'nothing', { mode: 0o600 });
    const { credentials: again } = await open();
    expect(readFileSync(file('server.pem'), 'utf8')).toBe(again.certificate);
  });

  it('renews itself after two thirds of its life, once, and tells so', async () => {
    const { open, clock } = await openServer();
    const server = await open();
    let told = 0;
    server.onChange(() => {
      told += 1;
    });
    const { certificate } = server.credentials;
    clock.nowMs += 19 * day;
    await server.look();
    expect([told, server.credentials.certificate === certificate]).toEqual([0, true]);
    clock.nowMs += 2 * day;
    await server.look();
    await server.look();
    expect([told, server.credentials.certificate === certificate]).toEqual([1, false]);
    expect(server.expiresMs - clock.now()).toBeGreaterThan(29 * day);
  });

  it('stays what it was while the authority cannot be read', async () => {
    const { open, dataDir, clock, file } = await openServer();
    const server = await open();
    const before = server.credentials;
    await rotateAuthority(dataDir, 'hpc', { nowMs: clock.now(), distrust: false });
    const whole = readFileSync(file('node-authority.pem'), 'utf8');
    writeFileSync(file('node-authority.pem'), 'half of it');
    await server.look();
    expect(server.credentials).toEqual(before);
    writeFileSync(file('node-authority.pem'), whole);
    await server.look();
    expect(server.credentials.authorities).toHaveLength(2);
    server.stop();
  });
});

describe('a change of authority that was cut off', () => {
  it('is finished by whoever comes next', async () => {
    const { open, clock, file } = await openServer();
    const before = (await open()).credentials.authorities;
    const other = tempDir();
    await setUpAuthority(other, { cluster: 'hpc', names: [] }, clock.now());
    const next = (name: string): string => readFileSync(join(other, 'identity', name), 'utf8');
    // The key alone is no change yet.
    writeFileSync(file('node-authority.next.key'), next('node-authority.key'), { mode: 0o600 });
    expect((await open()).credentials.authorities).toEqual(before);
    // With the certificate it is one, also when the key has its place already.
    writeFileSync(file('node-authority.key'), next('node-authority.key'), { mode: 0o600 });
    writeFileSync(file('node-authority.next.pem'), next('node-authority.pem'));
    expect((await open()).credentials.authorities).toEqual([next('node-authority.pem')]);
  });
});
