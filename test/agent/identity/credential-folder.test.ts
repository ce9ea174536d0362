import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CredentialFolder } from '../../../agent/identity/credential-folder.ts';
import { TestAuthority } from '../../collector/grpc/certificates.ts';

let state: string;
let folder: CredentialFolder;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'jidi-identity-'));
  folder = new CredentialFolder(state);
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

async function filesOf(node: string) {
  const authority = await TestAuthority.create();
  const { key, cert } = await authority.node(node);
  return { key, certificate: `${cert}\n`, authorities: `${authority.pem}\n` };
}

test('what was written is read; nothing is there before', async () => {
  expect(folder.read()).toBeNull();
  const files = await filesOf('n1');
  folder.write(files);
  expect(folder.read()).toMatchObject({ ...files, name: { cluster: 'test', node: 'n1' } });
});

test('a crash between the key and its certificate leaves one of both identities', async () => {
  const [before, after] = [await filesOf('n1'), await filesOf('n1')];
  folder.write(before);
  // The certificate is written aside first, and the key before the certificate is in its place.
  writeFileSync(join(folder.path, 'node.pem.next'), after.certificate, { mode: 0o600 });
  expect(folder.read()?.certificate).toBe(before.certificate);
  writeFileSync(join(folder.path, 'node.key.next'), after.key, { mode: 0o600 });
  renameSync(join(folder.path, 'node.key.next'), join(folder.path, 'node.key'));
  expect(folder.read()?.certificate).toBe(after.certificate);
  expect(folder.read()?.certificate).toBe(after.certificate);
});

test('a key that others may read, a key of another certificate, and half an identity are refused', async () => {
  const files = await filesOf('n1');
  folder.write(files);
  chmodSync(join(folder.path, 'node.key'), 0o640);
  expect(() => folder.read()).toThrow(/others may read this key/);
  chmodSync(join(folder.path, 'node.key'), 0o600);
  writeFileSync(join(folder.path, 'node.key'), (await filesOf('n1')).key);
  expect(() => folder.read()).toThrow(/the key is not that of the certificate/);
  rmSync(join(folder.path, 'authorities.pem'));
  expect(() => folder.read()).toThrow(/not whole/);
  folder.write(files);
  writeFileSync(join(folder.path, 'node.pem'), 'garbage');
  expect(() => folder.read()).toThrow(/cannot be read/);
});

test('the key with which a node asks stays the same until it has joined', async () => {
  const key = folder.joinKey();
  expect(folder.joinKey().equals(key)).toBe(true);
  folder.write(await filesOf('n1'));
  expect(folder.joinKey().equals(key)).toBe(false);
});
