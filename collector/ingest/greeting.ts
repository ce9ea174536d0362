// The first message of either stream. In: a decoded Hello. Out: who speaks, or the status with which the stream ends.
import { status } from '@grpc/grpc-js';
import { protocolVersion } from '../../proto/load.ts';
import type { Sender, StoredPosition } from '../../shared/model/delivery.ts';
import type { Hello, Welcome } from '../../shared/wire/hello.ts';
import { StreamRefusal } from './stream-refusal.ts';

/** How long a stream may stay without its greeting. */
export const helloDeadlineMs = 10_000;

/** Throws StreamRefusal when the two do not speak the same language. */
export function checkVersion(hello: Hello): Sender {
  if (hello.protocolVersion !== protocolVersion) {
    const both = `this collector speaks protocol ${protocolVersion}, the agent ${hello.protocolVersion}`;
    const message = `${both}; install the same version of both`;
    throw new StreamRefusal(status.FAILED_PRECONDITION, 'protocol-version', message);
  }
  return { node: hello.identity.name, spoolId: hello.spoolId };
}

export interface WelcomeFacts {
  readonly hello: Hello;
  readonly collectorVersion: string;
  readonly nowMs: number;
  readonly stored: readonly StoredPosition[];
  readonly credit: number;
}

export function createWelcome({ hello, collectorVersion, nowMs, stored, credit }: WelcomeFacts): Welcome {
  return {
    protocolVersion,
    collectorVersion,
    helloTimeMs: hello.sentTimeMs,
    collectorTimeMs: nowMs,
    stored,
    credit,
  };
}

export function outOfPlace(what: string): StreamRefusal {
  return new StreamRefusal(status.INVALID_ARGUMENT, 'out-of-place', `${what} where it does not belong`);
}
