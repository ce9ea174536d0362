// Secrets that a machine keeps: 256 random bits, shown once, kept as a digest. What is this long needs no salt and no slow hash.
import { createHash, randomBytes } from 'node:crypto';

export function newSecret(prefix = ''): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** Also the key under which it is looked up: who can watch how long that takes learns nothing of the secret. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
