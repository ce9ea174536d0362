// How agents come in, put together from the configuration: who the nodes are, and the listeners for those that have a
// certificate, for those that want one, and for those of this machine that do without.
import { type Address, formatAddress } from '../shared/address.ts';
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/log.ts';
import type { CollectorConfig } from './config.ts';
import { connectionReadings } from './connection-readings.ts';
import { EnrolmentServer } from './enrolment/enrolment-server.ts';
import { NodeDesk } from './enrolment/node-desk.ts';
import type { ConnectionLimits } from './grpc/connection-limits.ts';
import type { ConnectionStatistics } from './grpc/connection-statistics.ts';
import type { Reading } from './http/self-metrics.ts';
import type { NodeIdentities } from './identity/nodes/node-identities.ts';
import type { IngestServer } from './ingest/ingest-server.ts';

export function connectionLimitsOf({ connections }: CollectorConfig): Partial<ConnectionLimits> {
  const { most, perAddress, relays } = connections;
  return { connections: most, connectionsPerAddress: perAddress, relays };
}

export interface AgentsDoorOptions {
  readonly config: CollectorConfig;
  readonly ingest: IngestServer;
  readonly identities: NodeIdentities;
  readonly clock: Clock;
  readonly log: Logger;
}

/** HOST:PORT. */
export interface AgentAddresses {
  readonly agents: string;
  readonly enrolment: string;
  /** null: nobody is listened to there. */
  readonly plain: string | null;
}

export class AgentsDoor {
  readonly #options: AgentsDoorOptions;
  readonly #enrolment: EnrolmentServer;
  readonly #desk: NodeDesk;

  constructor(options: AgentsDoorOptions) {
    const { identities, clock, log, config } = options;
    this.#options = options;
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
    listeners.set('enrolment', this.#enrolment.statistics);
    return connectionReadings(listeners);
  }

  /** Idempotent; the listeners of ingest stop with it. */
  async stop(): Promise<void> {
    await this.#enrolment.stop();
    this.#options.identities.stop();
  }
}

function at(address: Address, port: number): string {
  return formatAddress({ ...address, port });
}
