// The desk where nodes join and renew. In: calls of the listeners, hostile. Out: certificates, or a status that says why not.
// It decides nothing: `Enrolment` does.
//
// Invariants: each step of a call has its deadline; so many calls are decided about at once at most, one more is sent away.
import { randomBytes } from 'node:crypto';
import { protocolVersion } from '../../proto/protocol-version.ts';
import {
  joinServerStream,
  readJoinRequest,
  readRenewRequest,
  renewServerStream,
} from '../../proto/server-streams.ts';
import { addressOfPeer } from '../../shared/address.ts';
import type { Clock } from '../../shared/clock.ts';
import { type GrpcStatus, status } from '../../shared/grpc-status.ts';
import type { CertifiedName } from '../../shared/identity/node-uri.ts';
import type { Logger } from '../../shared/log.ts';
import {
  decodeJoinRequest,
  decodeRenewRequest,
  encodeJoinResponse,
  encodeRenewResponse,
  type JoinHello,
  type JoinResponse,
} from '../../shared/wire/enrolment.ts';
import type { GrpcCall } from '../grpc/grpc-call.ts';
import { StreamRefusal } from '../grpc/stream-refusal.ts';
import { refusalOfMessage } from '../grpc/unreadable.ts';
import type { Enrolment } from '../identity/nodes/enrolment.ts';
import type { EnrolmentOutcome, RefusalCode } from '../identity/nodes/enrolment-outcome.ts';
import type { EnrolmentDesk } from './enrolment-desk.ts';
import { Exchange } from './exchange.ts';

export interface DeskOptions {
  readonly enrolment: Enrolment;
  readonly clock: Clock;
  readonly log: Logger;
}

const stepMs = 10_000;
const nonceBytes = 32;
/** Decided about at once: each waits for a signature and for the disk. */
const mostDeciding = 256;

const statusOf: Readonly<Record<RefusalCode, GrpcStatus>> = {
  'proof-refused': status.UNAUTHENTICATED,
  rejected: status.PERMISSION_DENIED,
  'not-let-in': status.PERMISSION_DENIED,
  'locked-out': status.RESOURCE_EXHAUSTED,
  'queue-full': status.RESOURCE_EXHAUSTED,
  busy: status.UNAVAILABLE,
};

export class NodeDesk implements EnrolmentDesk {
  readonly #options: DeskOptions;
  readonly #join = joinServerStream();
  readonly #renew = renewServerStream();
  #deciding = 0;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  join(call: GrpcCall): void {
    void this.#converse(call, (exchange) => this.#hearJoin(exchange, call));
  }

  renew(call: GrpcCall, name: CertifiedName): void {
    void this.#converse(call, (exchange) => this.#hearRenewal(exchange, name));
  }

  async #converse(call: GrpcCall, hear: (exchange: Exchange) => Promise<void>): Promise<void> {
    const exchange = new Exchange(call, this.#options.clock);
    try {
      await hear(exchange);
      exchange.end(status.OK);
    } catch (error) {
      const refusal = this.#refusalOf(error, call);
      this.#options.enrolment.countCall(refusal.code);
      exchange.end(refusal.grpcStatus, refusal.message);
    }
  }

  async #hearJoin(exchange: Exchange, call: GrpcCall): Promise<void> {
    const { enrolment } = this.#options;
    const address = addressOfPeer(call.peer);
    throwRefused(enrolment.lockedOut(address));
    const hello = await this.#hearHello(exchange);
    const nonce = randomBytes(nonceBytes);
    this.#answer(exchange, { kind: 'challenge', nonce, cluster: enrolment.cluster });
    const request = decodeJoinRequest(readJoinRequest(await exchange.read('proof', stepMs)));
    if (request.kind !== 'proof') throw outOfPlace('a second hello');
    const attempt = { ...hello, ...request.proof, address, nonce };
    const outcome = await this.#inTurn(() => enrolment.join(attempt));
    throwRefused(outcome);
    if (outcome.kind === 'certificate') this.#answer(exchange, outcome);
    else if (outcome.kind === 'pending') this.#answer(exchange, outcome);
  }

  async #hearHello(exchange: Exchange): Promise<JoinHello> {
    const request = decodeJoinRequest(readJoinRequest(await exchange.read('hello', stepMs)));
    if (request.kind !== 'hello') throw outOfPlace('a proof before the hello');
    if (request.hello.protocolVersion === protocolVersion) return request.hello;
    const message = `the agent speaks protocol ${request.hello.protocolVersion}, this collector ${protocolVersion}; bring both to one version`;
    throw new StreamRefusal(status.FAILED_PRECONDITION, 'version', message);
  }

  async #hearRenewal(exchange: Exchange, name: CertifiedName): Promise<void> {
    const request = decodeRenewRequest(readRenewRequest(await exchange.read('request', stepMs)));
    const outcome = await this.#inTurn(() => this.#options.enrolment.renew({ name, ...request }));
    throwRefused(outcome);
    if (outcome.kind !== 'certificate') throw outOfPlace('a renewal that waits');
    exchange.write(this.#renew.responseSerialize(encodeRenewResponse(outcome.issued)));
  }

  #answer(exchange: Exchange, response: JoinResponse): void {
    exchange.write(this.#join.responseSerialize(encodeJoinResponse(response)));
  }

  async #inTurn(decide: () => Promise<EnrolmentOutcome>): Promise<EnrolmentOutcome> {
    if (this.#deciding >= mostDeciding) {
      throw new StreamRefusal(
        status.UNAVAILABLE,
        'busy',
        'many nodes join at this moment; try again in some seconds',
      );
    }
    this.#deciding += 1;
    try {
      return await decide();
    } finally {
      this.#deciding -= 1;
    }
  }

  #refusalOf(error: unknown, { peer }: GrpcCall): StreamRefusal {
    const refusal = refusalOfMessage(error);
    if (refusal !== undefined) return refusal;
    this.#options.log.error({ err: error, peer }, 'a node could neither join nor renew');
    return new StreamRefusal(
      status.UNAVAILABLE,
      'internal',
      'the collector failed at this; its log says why',
    );
  }
}

function throwRefused(outcome: EnrolmentOutcome | null): void {
  if (outcome?.kind !== 'refused') return;
  throw new StreamRefusal(statusOf[outcome.code], outcome.code, outcome.message);
}

function outOfPlace(what: string): StreamRefusal {
  return new StreamRefusal(status.INVALID_ARGUMENT, 'out-of-place', `${what} does not belong there`);
}
