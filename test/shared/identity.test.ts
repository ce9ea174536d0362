import { generateKeyPairSync, randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSignedBy,
  isTokenProof,
  joinTranscript,
  proveToken,
  readPublicKey,
  renewalTranscript,
  signTranscript,
  tokenDigest,
} from '../../shared/identity/join-proof.ts';
import { formatNodeUri, parseNodeUri } from '../../shared/identity/node-uri.ts';

const epoch = '0123456789abcdef';

describe('the name of a node in its certificate', () => {
  it('is read as it was written', () => {
    const name = { cluster: 'hpc-1', node: 'n001.rack-2_b', epoch };
    expect(parseNodeUri(formatNodeUri(name))).toEqual(name);
  });

  it.each([
    '',
    `jidi://hpc/node/n1/${epoch.slice(1)}`,
    `jidi://hpc/node/n1/${epoch.toUpperCase()}`,
    `jidi://hpc/node/../${epoch}`,
    `jidi://hpc/node/n1/x/${epoch}`,
    `jidi://HPC/node/n1/${epoch}`,
    `jidi://hpc/user/n1/${epoch}`,
    `JIDI://hpc/node/n1/${epoch}`,
    `jidi://hpc/node/n1%2f/${epoch}`,
    `jidi://hpc/node/n1\n/${epoch}`,
    `jidi://hpc/node/n1/${epoch}, URI:jidi://hpc/node/n2/${epoch}`,
  ])('is not %j', (uri) => {
    expect(parseNodeUri(uri)).toBeUndefined();
  });
});

describe('what an agent proves', () => {
  const { privateKey, publicKey: keyObject } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = keyObject.export({ format: 'der', type: 'spki' });
  const facts = { cluster: 'hpc', node: 'n1', nonce: randomBytes(32), publicKey };

  it('is that it holds the key', () => {
    const bytes = joinTranscript(facts);
    const key = readPublicKey(publicKey);
    if (key === undefined) throw new Error('no key');
    const signature = signTranscript(bytes, privateKey);
    expect(isSignedBy(bytes, signature, key)).toBe(true);
    expect(isSignedBy(joinTranscript({ ...facts, node: 'n2' }), signature, key)).toBe(false);
    expect(isSignedBy(bytes, Buffer.alloc(64), key)).toBe(false);
    expect(isSignedBy(bytes, signature.subarray(1), key)).toBe(false);
    expect(isSignedBy(bytes, Buffer.alloc(0), key)).toBe(false);
  });

  it('is that it was given the token, for this node and this moment', () => {
    const digest = tokenDigest('a token');
    const proof = proveToken(joinTranscript(facts), digest);
    expect(isTokenProof(joinTranscript(facts), proof, digest)).toBe(true);
    expect(isTokenProof(joinTranscript({ ...facts, nonce: randomBytes(32) }), proof, digest)).toBe(false);
    expect(isTokenProof(joinTranscript(facts), proof, tokenDigest('another'))).toBe(false);
    expect(isTokenProof(joinTranscript(facts), proof.subarray(1), digest)).toBe(false);
  });

  it('takes keys on P-256 only', () => {
    const spki = { format: 'der', type: 'spki' } as const;
    expect(
      readPublicKey(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export(spki)),
    ).toBeUndefined();
    expect(
      readPublicKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export(spki)),
    ).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => readPublicKey(bytes) === undefined));
  });

  it('is never the same bytes for other facts', () => {
    const part = fc.string({ maxLength: 12 });
    const bytes = fc.uint8Array({ maxLength: 12 });
    const facts = fc.record({ cluster: part, node: part, nonce: bytes, publicKey: bytes });
    fc.assert(
      fc.property(facts, facts, (one, other) => {
        const same = joinTranscript(one).equals(joinTranscript(other));
        const isSame =
          one.cluster === other.cluster &&
          one.node === other.node &&
          Buffer.from(one.nonce).equals(Buffer.from(other.nonce)) &&
          Buffer.from(one.publicKey).equals(Buffer.from(other.publicKey));
        return same === isSame;
      }),
    );
    const renewal = renewalTranscript({ cluster: 'hpc', node: 'n1', epoch, publicKey });
    expect(
      renewal.equals(joinTranscript({ cluster: 'hpc', node: 'n1', nonce: Buffer.from(epoch), publicKey })),
    ).toBe(false);
  });
});
