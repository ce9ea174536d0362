// With what the collector shows itself to agents, as it changes. In: the authority, names. Out: credentials; a call when there
// are others. Looks after itself: a certificate is replaced after two thirds of its life, when the names are others, and when the
// authority changes.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Clock } from '../../../shared/clock.ts';
import { errorMessage } from '../../../shared/errors.ts';
import type { Logger } from '../../../shared/log.ts';
import type { IdentityFolder } from './identity-folder.ts';
import { type NodeAuthority, type ServerCertificate } from './node-authority.ts';
import type { ServerCredentials } from './node-door.ts';

export interface ServerIdentityOptions {
  readonly folder: IdentityFolder;
  readonly authority: NodeAuthority;
  /** DNS names and addresses. */
  readonly names: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** How soon a change by another program is seen. */
const lookEveryMs = 10_000;

export class ServerIdentity {
  readonly #options: ServerIdentityOptions;
  readonly #listeners: (() => void)[] = [];
  #own: ServerCertificate;
  #cancel: () => void = () => undefined;
  #isLooking = false;
  #isOver = false;

  private constructor(options: ServerIdentityOptions, own: ServerCertificate) {
    this.#options = options;
    this.#own = own;
  }

  /** Throws StartError. */
  static async open(options: ServerIdentityOptions): Promise<ServerIdentity> {
    const { folder } = options;
    const [key, certificate] = [folder.read('server.key'), folder.read('server.pem')];
    const found = key === undefined || certificate === undefined ? undefined : { key, certificate };
    const isGood = found !== undefined && isUsable(found, options);
    const identity = new ServerIdentity(options, isGood ? found : await issue(options));
    identity.#lookLater();
    return identity;
  }

  get credentials(): ServerCredentials {
    const { authorities, issuers } = this.#options.authority;
    return { ...this.#own, authorities, issuers };
  }

  get expiresMs(): number {
    return new X509Certificate(this.#own.certificate).validToDate.getTime();
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Takes in what has changed, now. Never rejects: what it cannot read it leaves as it was. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const { authority, log } = this.#options;
    try {
      const hasChanged = authority.refresh();
      if (!isUsable(this.#own, this.#options)) this.#own = await issue(this.#options);
      else if (!hasChanged) return;
      log.info({ caHash: authority.hash }, 'credentials of the collector renewed');
      for (const listener of this.#listeners) listener();
    } catch (error) {
      log.error(
        { err: error, reason: errorMessage(error) },
        'credentials of the collector could not be renewed',
      );
    } finally {
      this.#isLooking = false;
    }
  }

  stop(): void {
    this.#isOver = true;
    this.#cancel();
  }

  #lookLater(): void {
    if (this.#isOver) return;
    this.#cancel = this.#options.clock.after(lookEveryMs, () => {
      void this.look().finally(() => this.#lookLater());
    });
  }
}

async function issue({ authority, names, folder }: ServerIdentityOptions): Promise<ServerCertificate> {
  const issued = await authority.issueServer(names);
  folder.write('server.key', issued.key);
  folder.write('server.pem', issued.certificate);
  return issued;
}

/** Of this authority, for these names, and not too old. */
function isUsable({ key, certificate }: ServerCertificate, options: ServerIdentityOptions): boolean {
  const { authority, names, clock } = options;
  try {
    const own = new X509Certificate(certificate);
    const isOwn = certificate === own.toString() + authority.serverChain && isKeyOf(key, own);
    const named = names.every(
      (name) => (isIP(name) === 0 ? own.checkHost(name) : own.checkIP(name)) !== undefined,
    );
    const [fromMs, toMs] = [own.validFromDate.getTime(), own.validToDate.getTime()];
    const isIssued = own.verify(authority.state.issuer.certificate.publicKey);
    return isOwn && isIssued && named && toMs - clock.now() > (toMs - fromMs) / 3;
  } catch {
    return false; // Damaged: another is issued.
  }
}

function isKeyOf(key: string, certificate: X509Certificate): boolean {
  return certificate.checkPrivateKey(createPrivateKey(key));
}
