// The way to the collector, put together: which of them, over which connection, as whom. In: the configuration, the folder of
// the identity. Out: the connection for the streams, which hear when it must be opened anew.
// It refuses (StartError) to start without an identity, unless plain text to this machine itself was asked for.
import type { Clock } from '../shared/clock.ts';
import { StartError } from '../shared/errors.ts';
import type { Logger } from '../shared/log.ts';
import type { AgentConfig } from './config.ts';
import { CredentialFolder } from './identity/credential-folder.ts';
import { IdentityKeeper } from './identity/identity-keeper.ts';
import type { NodeCredentials } from './identity/node-credentials.ts';
import { CollectorChoice } from './uplink/collector-choice.ts';
import { GrpcConnection } from './uplink/grpc-connection.ts';
import { probeCollector } from './uplink/probe.ts';
import type { Security } from './uplink/security.ts';

export interface CollectorLineOptions {
  readonly config: Pick<AgentConfig, 'collectors' | 'plain' | 'node' | 'stateDir'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Every stream is to be closed and opened again; nothing is lost by it. */
  readonly reopen: () => void;
  readonly returnAfterMs?: number;
}

export class CollectorLine {
  readonly connection: GrpcConnection;
  readonly #options: CollectorLineOptions;
  readonly #choice: CollectorChoice;
  /** null: plain text. */
  readonly #keeper: IdentityKeeper | null;

  /** Throws StartError. */
  constructor(options: CollectorLineOptions) {
    const { config, clock, log, returnAfterMs } = options;
    this.#options = options;
    this.connection = new GrpcConnection(
      () => this.#choice.current,
      () => this.#security,
    );
    this.#choice = new CollectorChoice({
      collectors: config.collectors,
      clock,
      probe: (collector) => probeCollector(collector, this.#security),
      returned: () => this.#openAnew('the first collector is back'),
      ...(returnAfterMs !== undefined && { returnAfterMs }),
    });
    const folder = new CredentialFolder(config.stateDir);
    const credentials = credentialsFor(config, folder);
    const { connection } = this;
    const changed = (): void => this.#openAnew('the node has another certificate');
    this.#keeper =
      credentials === null
        ? null
        : new IdentityKeeper({ folder, credentials, connection, clock, log, changed });
  }

  get statistics() {
    const { renewals, failures } = this.#keeper?.statistics ?? { renewals: 0, failures: 0 };
    const certificateLeftMs = this.#keeper?.leftMs ?? null;
    return { renewals, failures, certificateLeftMs, changes: this.#choice.changes };
  }

  start(): void {
    this.#keeper?.start();
  }

  stop(): void {
    this.#keeper?.stop();
    this.#choice.stop();
  }

  /** This collector has not let a stream in. */
  failed(collector: string): void {
    this.#choice.failed(collector);
    if (this.#choice.current !== collector) this.#openAnew('another collector is tried');
  }

  get #security(): Security | null {
    return this.#keeper?.security ?? null;
  }

  #openAnew(why: string): void {
    const { log, reopen } = this.#options;
    log.info({ collector: this.#choice.current, why }, 'the connection to the collector is opened anew');
    this.connection.retire();
    reopen();
  }
}

/** null: plain text was asked for. Throws StartError. */
function credentialsFor(
  { plain, node, collectors }: CollectorLineOptions['config'],
  folder: CredentialFolder,
): NodeCredentials | null {
  if (plain) return null;
  const credentials = folder.read();
  if (credentials === null) {
    throw new StartError(
      `this node has not joined a cluster: there is no identity in ${folder.path}`,
      `Let it join: jidi-agent join --collector ${collectors[0]} --ca-hash sha256:… --token-file FILE. ` +
        'For a collector on this machine that listens in plain text: --plain.',
    );
  }
  if (credentials.name.node === node) return credentials;
  throw new StartError(
    `the identity in ${folder.path} is of ${credentials.name.node}, and this node is called ${node}`,
    `Call it so: --node ${credentials.name.node}, or join under the new name: jidi-agent join --node ${node} …`,
  );
}
