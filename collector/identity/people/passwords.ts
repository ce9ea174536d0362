// In: passwords. Out: what is kept of them (scrypt, each with its own salt), and whether one is the right one.
// It refuses to be a way to burn the machine: so many are worked on at a time, so many wait, the rest is turned away.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { PeopleError } from './people-error.ts';

const passwordLength = { min: 10, max: 256 } as const;

/** 32 MiB and some tenths of a second each, on a thread of their own. */
const usualCost: PasswordCost = { log2N: 15, r: 8, p: 3 };
const atATime = 2;
const mostWaiting = 32;
const keyBytes = 32;

/** Invariants: at most `atATime` run; each that ends lets the next one in. */
export class Passwords {
  turnedAway = 0;
  readonly #cost: PasswordCost;
  /** Somebody who is not there is looked at as long as somebody who is. */
  readonly #nobody: string;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(cost = usualCost) {
    this.#cost = cost;
    this.#nobody = encode(cost, Buffer.alloc(16), Buffer.alloc(keyBytes));
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    return encode(this.#cost, salt, await this.#derive(password, salt, this.#cost));
  }

  /** null: an account without a password, or none at all. */
  async isRight(password: string, kept: string | null): Promise<boolean> {
    const { parameters, salt, key } = decode(kept ?? this.#nobody);
    const given = await this.#derive(password, salt, parameters);
    return timingSafeEqual(given, key) && kept !== null;
  }

  async #derive(password: string, salt: Buffer, { log2N, r, p }: PasswordCost): Promise<Buffer> {
    await this.#enter();
    try {
      return await new Promise((resolve, reject) => {
        const options = { N: 2 ** log2N, r, p, maxmem: 256 * 2 ** log2N * r };
        scrypt(password.normalize('NFKC'), salt, keyBytes, options, (error, key) =>
          error === null ? resolve(key) : reject(error),
        );
      });
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < atATime) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= mostWaiting) {
      this.turnedAway++;
      throw new PeopleError('too-busy', 'too many logins at a time', 'Try again in some seconds.', 5);
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The place goes to the next one as it is. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}

/** Throws when it is too easy; anything but its length is up to the person. */
export function requireGoodPassword(password: string, name: string): void {
  const { min, max } = passwordLength;
  const { length } = password;
  const isEasy = password.toLowerCase().includes(name.toLowerCase()) || new Set(password).size < 5;
  if (length >= min && length <= max && !isEasy) return;
  const remedy = `Take ${min} to ${max} characters, without the name, of at least five different ones.`;
  throw new PeopleError('weak-password', 'the new password is too easy to guess', remedy);
}

/** Of scrypt: 2^log2N blocks of 128·r bytes, p times. */
export interface PasswordCost {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

function encode({ log2N, r, p }: PasswordCost, salt: Buffer, key: Buffer): string {
  return `scrypt$${log2N}$${r}$${p}$${salt.toString('base64')}$${key.toString('base64')}`;
}

/** With the cost of its time: a later one does not lock out those who came before. */
function decode(kept: string): { parameters: PasswordCost; salt: Buffer; key: Buffer } {
  const [, log2N, r, p, salt = '', key = ''] = kept.split('$');
  return {
    parameters: { log2N: Number(log2N), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    key: Buffer.from(key, 'base64'),
  };
}
