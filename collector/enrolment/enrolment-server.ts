// Where nodes come that have no certificate yet. In: an address, with what the collector shows itself. Out: calls for the desk.
// It asks nobody for a certificate, so each connection is short, and there are few of an address.
import { joinServerStream } from '../../proto/server-streams.ts';
import type { Address } from '../../shared/address.ts';
import { enrolmentBounds } from '../../shared/wire/enrolment.ts';
import { type ConnectionLimits, enrolmentLimits } from '../grpc/connection-limits.ts';
import type { ConnectionStatistics } from '../grpc/connection-statistics.ts';
import { GrpcServer } from '../grpc/grpc-server.ts';
import { listenOn } from '../grpc/listen-on.ts';
import type { NodeGate } from '../grpc/node-gate.ts';
import type { EnrolmentDesk } from './enrolment-desk.ts';

export interface EnrolmentServerOptions {
  readonly desk: Pick<EnrolmentDesk, 'join'>;
  readonly gate: NodeGate;
  readonly limits?: Partial<ConnectionLimits>;
}

const stopDeadlineMs = 1_000;

export class EnrolmentServer {
  readonly #server: GrpcServer;

  constructor({ desk, gate, limits = {} }: EnrolmentServerOptions) {
    this.#server = new GrpcServer({
      methods: new Map([[joinServerStream().path, (call) => desk.join(call)]]),
      limits: { ...enrolmentLimits, messageBytes: enrolmentBounds.requestBytes, ...limits },
      security: { gate, asksCertificate: false },
    });
  }

  get statistics(): ConnectionStatistics {
    return this.#server.statistics;
  }

  /** Resolves with the bound port. Throws StartError. */
  listen(address: Address): Promise<number> {
    return listenOn(this.#server, address, '--enrolment');
  }

  stop(): Promise<void> {
    return this.#server.stop(stopDeadlineMs);
  }
}
