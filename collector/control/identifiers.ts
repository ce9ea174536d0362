// Ids of profiles and commands: prefix, then time, then chance; sorted as text they are sorted by time.
import { randomBytes } from 'node:crypto';

/** Crockford's base 32 in lower case: in ASCII order, without letters that look alike. */
const digits = '0123456789abcdefghjkmnpqrstvwxyz';
const timeDigits = 10;
const randomDigits = 12;

export function createId(prefix: 'prf' | 'con' | 'cmd', timeMs: number): string {
  let time = '';
  for (let rest = timeMs; time.length < timeDigits; rest = Math.floor(rest / 32)) {
    time = digits.charAt(rest % 32) + time;
  }
  const chance = Array.from(randomBytes(randomDigits), (byte) => digits.charAt(byte % 32)).join('');
  return `${prefix}_${time}${chance}`;
}
