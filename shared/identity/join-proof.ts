// What an agent proves when it joins and when it renews: that it holds the private key, and that it was given a token.
// Both sides write the same bytes (the transcript) and sign or check them. Every part carries its length, so that no two
// transcripts are the same bytes. P-256, IEEE P1363 signatures of 64 bytes; HMAC as in RFC 2104.
import {
  createHash,
  createHmac,
  createPublicKey,
  type KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';

export interface JoinFacts {
  readonly cluster: string;
  readonly node: string;
  /** Of the challenge, 32 bytes. */
  readonly nonce: Uint8Array;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
}

export interface RenewalFacts {
  readonly cluster: string;
  readonly node: string;
  readonly epoch: string;
  /** The next one, SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
}

const maxKeyBytes = 256;

export function joinTranscript({ cluster, node, nonce, publicKey }: JoinFacts): Buffer {
  return transcript('jidi join 1', [Buffer.from(cluster), Buffer.from(node), nonce, publicKey]);
}

export function renewalTranscript({ cluster, node, epoch, publicKey }: RenewalFacts): Buffer {
  return transcript('jidi renew 1', [Buffer.from(cluster), Buffer.from(node), Buffer.from(epoch), publicKey]);
}

export function signTranscript(bytes: Uint8Array, privateKey: KeyObject): Buffer {
  return sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
}

/** False for anything that is no such signature, whatever it is. */
export function isSignedBy(bytes: Uint8Array, signature: Uint8Array, publicKey: KeyObject): boolean {
  if (signature.length !== 64) return false;
  return verify('sha256', bytes, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
}

/** undefined: no public key on P-256. */
export function readPublicKey(der: Uint8Array): KeyObject | undefined {
  if (der.length > maxKeyBytes) return undefined;
  try {
    const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined; // Bytes from outside that are no key.
  }
}

/** What is kept of a token in place of it, and the key of its proof. */
export function tokenDigest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export function proveToken(bytes: Uint8Array, digest: Uint8Array): Buffer {
  return createHmac('sha256', digest).update(bytes).digest();
}

export function isTokenProof(bytes: Uint8Array, proof: Uint8Array, digest: Uint8Array): boolean {
  const expected = proveToken(bytes, digest);
  return proof.length === expected.length && timingSafeEqual(proof, expected);
}

/** SHA-256 of a public key, by which people compare it. */
export function fingerprint(publicKey: Uint8Array): Buffer {
  return createHash('sha256').update(publicKey).digest();
}

function transcript(purpose: string, parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    [Buffer.from(purpose), ...parts].flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
}
