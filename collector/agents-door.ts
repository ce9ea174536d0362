// How agents come in, put together from the configuration: who the nodes are, and the listeners for those that have a
// certificate, for those that want one, and for those of this machine that do without.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Address, formatAddress } from '../shared/address.ts';
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/log.ts';
import type { CollectorConfig } from './config.ts';
import { connectionReadings } from './connection-readings.ts';
import { createAuditTrail } from './control/audit-trail.ts';
import { EnrolmentServer } from './enrolment/enrolment-server.ts';
import { NodeDesk } from './enrolment/node-desk.ts';
import type { ConnectionLimits } from './grpc/connection-limits.ts';
import type { ConnectionStatistics } from './grpc/connection-statistics.ts';
import type { Reading } from './http/self-metrics.ts';
import { NodeIdentities } from './identity/nodes/node-identities.ts';
import type { IngestServer } from './ingest/ingest-server.ts';
import type { Store } from './store/store.ts';

export function connectionLimitsOf({ connections }: CollectorConfig): Partial<ConnectionLimits> {
  const { most, perAddress, relays } = connections;
  return { connections: most, connectionsPerAddress: perAddress, relays };
}

export interface IdentityGrounds {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly isConnected: (node: string) => boolean;
}

/** null: there is no authority of nodes yet. Throws StartError for one that cannot be used. */
export async function openNodeIdentities(
  { dataDir, cluster, names }: CollectorConfig,
  grounds: IdentityGrounds,
): Promise<NodeIdentities | null> {
  const { store, clock, log } = grounds;
  if (!existsSync(join(dataDir, 'identity', 'node-authority.pem'))) {
    log.warn(
      'there is no authority of nodes: no node can join. Make it: jidi-collector init; then start again',
    );
    return null;
  }
  const audit = createAuditTrail(store, clock);
  return NodeIdentities.open({ ...grounds, dataDir, cluster, names, audit });
}

export interface AgentsDoorOptions {
  readonly config: CollectorConfig;
  readonly ingest: IngestServer;
  readonly identities: NodeIdentities | null;
  readonly clock: Clock;
  readonly log: Logger;
}

/** HOST:PORT; null: nobody is listened to there. */
export interface AgentAddresses {
  readonly agents: string | null;
  readonly enrolment: string | null;
  readonly plain: string | null;
}

export class AgentsDoor {
  readonly #options: AgentsDoorOptions;
  readonly #enrolment: EnrolmentServer | null;
  readonly #desk: NodeDesk | null;

  constructor(options: AgentsDoorOptions) {
    const { identities, clock, log, config } = options;
    this.#options = options;
    if (identities === null) {
      this.#desk = null;
      this.#enrolment = null;
      return;
    }
    const { relays } = config.connections;
    this.#desk = new NodeDesk({ enrolment: identities.enrolment, clock, log });
    this.#enrolment = new EnrolmentServer({ desk: this.#desk, gate: identities.door, limits: { relays } });
  }

  /** Throws StartError. */
  async listen(): Promise<AgentAddresses> {
    const { config, ingest, identities } = this.#options;
    const { agents, enrolment, plainAgents } = config;
    const desk = this.#desk;
    const plain = plainAgents === null ? null : at(plainAgents, await ingest.listen(plainAgents));
    if (identities === null || desk === null || this.#enrolment === null) {
      return { agents: null, enrolment: null, plain };
    }
    const securely = {
      address: agents,
      gate: identities.door,
      renew: (...asked: Parameters<NodeDesk['renew']>) => desk.renew(...asked),
    };
    return {
      agents: at(agents, await ingest.listenSecurely(securely)),
      enrolment: at(enrolment, await this.#enrolment.listen(enrolment)),
      plain,
    };
  }

  readings(): readonly Reading[] {
    const listeners = new Map<string, ConnectionStatistics>(this.#options.ingest.connections());
    if (this.#enrolment !== null) listeners.set('enrolment', this.#enrolment.statistics);
    return connectionReadings(listeners);
  }

  /** Idempotent; the listeners of ingest stop with it. */
  async stop(): Promise<void> {
    await this.#enrolment?.stop();
    this.#options.identities?.stop();
  }
}

function at(address: Address, port: number): string {
  return formatAddress({ ...address, port });
}
