// Keeps the identity of a node alive. In: the identity of now, the connection to the collector, time. Out: the next identity, on
// disk first, long before this one expires; a word to those who use it.
//
// States: waiting – until between 50 and 67 % of its life; renewing – a call is under way; failing – the next attempt comes after
// a jittered pause; expired – nobody lets this node in any more, so only a look whether somebody has let it join again.
import { Backoff } from '../../shared/backoff.ts';
import type { Clock } from '../../shared/clock.ts';
import { errorMessage, StartError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import type { GrpcConnection } from '../uplink/grpc-connection.ts';
import type { Security } from '../uplink/security.ts';
import type { CredentialFolder } from './credential-folder.ts';
import type { NodeCredentials } from './node-credentials.ts';
import { renewCredentials } from './renew-call.ts';

export interface IdentityKeeperOptions {
  readonly folder: CredentialFolder;
  readonly credentials: NodeCredentials;
  readonly connection: GrpcConnection;
  readonly clock: Clock;
  readonly log: Logger;
  /** The next connection is opened with the new ones. */
  readonly changed: () => void;
  readonly random?: () => number;
}

export interface IdentityStatistics {
  renewals: number;
  failures: number;
}

/** Share of its life after which a certificate is renewed. */
const earliest = 0.5;
const latest = 0.67;
/** The wall clock may be set meanwhile. */
const longestWaitMs = 10 * 60_000;
const lookEveryMs = 60_000;
const pauses = { firstMs: 2_000, capMs: 10 * 60_000 };

export class IdentityKeeper {
  readonly statistics: IdentityStatistics = { renewals: 0, failures: 0 };
  readonly #options: IdentityKeeperOptions;
  readonly #backoff = new Backoff(pauses);
  #credentials: NodeCredentials;
  #renewAtMs = 0;
  #complaint = '';
  #isStopped = false;
  #cancel: () => void = () => undefined;

  constructor(options: IdentityKeeperOptions) {
    this.#options = options;
    this.#credentials = options.credentials;
  }

  get security(): Security {
    const { key, certificate, authorities } = this.#credentials;
    return { key, cert: certificate, ca: authorities };
  }

  /** Ms until it expires; below zero: since then. */
  get leftMs(): number {
    return this.#credentials.expiresMs - this.#options.clock.now();
  }

  start(): void {
    this.#plan();
    this.#wait(0);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #plan(): void {
    const { random = Math.random } = this.#options;
    const { fromMs, expiresMs } = this.#credentials;
    this.#renewAtMs = fromMs + (expiresMs - fromMs) * (earliest + random() * (latest - earliest));
  }

  #wait(ms: number): void {
    if (this.#isStopped) return;
    this.#cancel = this.#options.clock.after(Math.min(ms, longestWaitMs), () => void this.#look());
  }

  async #look(): Promise<void> {
    const waitMs = this.#renewAtMs - this.#options.clock.now();
    if (waitMs > 0) return this.#wait(waitMs);
    if (this.leftMs > 0) return this.#renew();
    const { name, expiresMs } = this.#credentials;
    this.#complain(
      'the certificate of this node has expired: nothing is sent until it joins again, jidi-agent join',
      {
        node: name.node,
        expired: new Date(expiresMs).toISOString(),
      },
    );
    if (!this.#takeNew()) this.#wait(lookEveryMs);
  }

  async #renew(): Promise<void> {
    const { connection, folder, log } = this.#options;
    try {
      const next = await renewCredentials(connection, this.#credentials.name);
      if (this.#isStopped) return;
      folder.write(next);
      this.statistics.renewals += 1;
      this.#take(next);
      log.info(
        { node: next.name.node, until: new Date(next.expiresMs).toISOString() },
        'certificate renewed',
      );
    } catch (error) {
      this.statistics.failures += 1;
      const until = new Date(this.#credentials.expiresMs).toISOString();
      this.#complain('the certificate of this node could not be renewed', {
        until,
        err: errorMessage(error),
      });
      if (!this.#takeNew()) this.#wait(this.#backoff.next());
    }
  }

  /** Somebody else has put it there: a node that was let in again. */
  #takeNew(): boolean {
    try {
      const found = this.#options.folder.read();
      if (found === null || found.certificate === this.#credentials.certificate) return false;
      this.#take(found);
      this.#options.log.info({ node: found.name.node }, 'another certificate was found and is used');
      return true;
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      this.#complain('the identity of this node cannot be read', { err: error.message });
      return false;
    }
  }

  #take(next: NodeCredentials): void {
    this.#credentials = next;
    this.#complaint = '';
    this.#backoff.reset();
    this.#plan();
    this.#wait(0);
    this.#options.changed();
  }

  /** The same complaint is logged once, until it is over. */
  #complain(what: string, fields: object): void {
    if (what === this.#complaint) return;
    this.#complaint = what;
    this.#options.log.error(fields, what);
  }
}
