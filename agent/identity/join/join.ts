// Makes a machine a node: finds the collector's authority by its hash, proves the token or waits for a person, keeps what it is
// given. In: where, who, with what. Out: an exit code; words for people on the way.
import { setTimeout as delay } from 'node:timers/promises';
import { type Address, formatAddress } from '../../../shared/address.ts';
import { Backoff } from '../../../shared/backoff.ts';
import { errorMessage } from '../../../shared/errors.ts';
import { GrpcConnection } from '../../uplink/grpc-connection.ts';
import type { CredentialFolder } from '../credential-folder.ts';
import type { NodeCredentials } from '../node-credentials.ts';
import { type JoinOutcome, joinOnce } from './join-call.ts';
import type { JoinSay } from './join-language.ts';
import { JoinRefusal } from './join-refusal.ts';
import { findAuthority } from './pinned-authority.ts';

export interface JoinOptions {
  readonly enrolment: Address;
  readonly authorityHash: string;
  readonly node: string;
  /** null: a person decides. */
  readonly token: string | null;
  readonly waitMs: number;
  /** As a person has written it. */
  readonly wait: string;
  readonly isAgain: boolean;
  readonly folder: CredentialFolder;
  readonly say: JoinSay;
  readonly tell: (line: string) => void;
}

const joinExitCodes = { joined: 0, tryAgain: 1, refused: 77 } as const;

/** With a token, which is good for minutes, one does not wait for hours. */
const reachWithinMs = 60_000;
const pauses = { firstMs: 500, capMs: 10_000 };

export async function join(options: JoinOptions): Promise<number> {
  const { folder, node, isAgain, say, tell } = options;
  const known = folder.read();
  if (known?.name.node === node && known.expiresMs > Date.now() && !isAgain) {
    tell(say('already', { ...known.name, until: timeOf(known) }));
    return joinExitCodes.joined;
  }
  try {
    return await new Joining(options).run();
  } catch (error) {
    if (!(error instanceof JoinRefusal)) throw error;
    tell(`${error.message}\n${error.remedy}`);
    return joinExitCodes.refused;
  }
}

class Joining {
  readonly #options: JoinOptions;
  readonly #backoff = new Backoff(pauses);
  readonly #beganMs = performance.now();
  #reachedMs = performance.now();
  #told = '';

  constructor(options: JoinOptions) {
    this.#options = options;
  }

  /** Throws JoinRefusal. */
  async run(): Promise<number> {
    const { say, folder, wait, waitMs } = this.#options;
    for (;;) {
      const outcome = await this.#attempt();
      if (outcome instanceof Error) {
        if (performance.now() - this.#reachedMs > Math.min(waitMs, reachWithinMs))
          return this.#unreachable(outcome);
        await delay(this.#backoff.next());
      } else if (outcome.kind === 'joined') {
        folder.write(outcome.credentials);
        const { credentials } = outcome;
        this.#say(say('joined', { ...credentials.name, folder: folder.path, until: timeOf(credentials) }));
        return joinExitCodes.joined;
      } else {
        const leftMs = waitMs - (performance.now() - this.#beganMs);
        const { fingerprint, retryAfterMs } = outcome;
        this.#say(say('pending', { fingerprint, node: this.#options.node }));
        if (leftMs <= 0) {
          this.#say(say('waited', { wait }));
          return joinExitCodes.tryAgain;
        }
        await delay(Math.min(retryAfterMs, leftMs));
      }
    }
  }

  /** An Error that asking again may mend. Throws JoinRefusal. */
  async #attempt(): Promise<JoinOutcome | Error> {
    const { enrolment, authorityHash, folder, node, token, say } = this.#options;
    try {
      const ca = await findAuthority(enrolment, authorityHash);
      const connection = new GrpcConnection(formatAddress(enrolment), { ca });
      const outcome = await joinOnce(connection, { node, key: folder.joinKey(), token });
      this.#reachedMs = performance.now();
      this.#backoff.reset();
      return outcome;
    } catch (error) {
      if (error instanceof JoinRefusal || isStartError(error)) throw error;
      const reason = errorMessage(error);
      if (/altname|does not match certificate/i.test(reason)) throw wrongName(reason, enrolment);
      this.#say(say('again', { reason }));
      return error instanceof Error ? error : new Error(reason);
    }
  }

  #unreachable(error: Error): number {
    const enrolment = formatAddress(this.#options.enrolment);
    this.#say(this.#options.say('unreachable', { enrolment, reason: error.message }));
    return joinExitCodes.tryAgain;
  }

  /** What was said last is not said again. */
  #say(text: string): void {
    if (text === this.#told) return;
    this.#told = text;
    this.#options.tell(text);
  }
}

function wrongName(reason: string, enrolment: Address): JoinRefusal {
  return new JoinRefusal(
    reason,
    `Call the collector by a name of its certificate, or add ${enrolment.host} to names in its configuration.`,
  );
}

function isStartError(error: unknown): boolean {
  return error instanceof Error && error.name === 'StartError';
}

function timeOf({ expiresMs }: NodeCredentials): string {
  return new Date(expiresMs).toISOString();
}
