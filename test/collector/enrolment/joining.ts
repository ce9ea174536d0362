// For tests: the listeners for nodes as they really are, over real identities, and nodes that come with the agent's own code.
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterEach } from 'vitest';
import { type JoinOutcome, joinOnce } from '../../../agent/identity/join/join-call.ts';
import { findAuthority } from '../../../agent/identity/join/pinned-authority.ts';
import type { NodeCredentials } from '../../../agent/identity/node-credentials.ts';
import { renewCredentials } from '../../../agent/identity/renew-call.ts';
import { GrpcConnection } from '../../../agent/uplink/grpc-connection.ts';
import { EnrolmentServer } from '../../../collector/enrolment/enrolment-server.ts';
import { NodeDesk } from '../../../collector/enrolment/node-desk.ts';
import { agentLimits } from '../../../collector/grpc/connection-limits.ts';
import { GrpcServer } from '../../../collector/grpc/grpc-server.ts';
import { renewServerStream } from '../../../proto/server-streams.ts';
import type { Clock } from '../../../shared/clock.ts';
import { systemClock } from '../../../shared/clock.ts';
import { createLogger } from '../../../shared/log.ts';
import { enrolmentBounds } from '../../../shared/wire/enrolment.ts';
import { openIdentities } from '../identity/nodes/some-identities.ts';

const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

export interface Wish {
  readonly token?: string;
  readonly key?: KeyObject;
  /** By which the collector is known; without it the authority of now. */
  readonly hash?: string;
}

/** `clock`: of the desk. */
export async function listenForNodes(clock: Clock = systemClock) {
  const some = await openIdentities();
  const { identities } = some;
  const desk = new NodeDesk({ enrolment: identities.enrolment, clock, log: createLogger('test', 'silent') });
  const enrolment = new EnrolmentServer({ desk, gate: identities.door });
  const agents = new GrpcServer({
    methods: new Map([
      [
        renewServerStream().path,
        (call) => {
          if (call.caller !== null) desk.renew(call, call.caller);
        },
      ],
    ]),
    limits: { ...agentLimits, messageBytes: enrolmentBounds.requestBytes },
    security: { gate: identities.door, asksCertificate: true },
  });
  const enrolmentPort = await enrolment.listen({ host: '127.0.0.1', port: 0 });
  const agentsPort = await agents.listen({ host: '127.0.0.1', port: 0 });
  undo.push(() => enrolment.stop());
  undo.push(() => agents.stop(100));

  const join = async (
    node: string,
    { token, key = makePrivateKey(), hash }: Wish = {},
  ): Promise<JoinOutcome> => {
    const ca = await findAuthority(
      { host: '127.0.0.1', port: enrolmentPort },
      hash ?? identities.authorityHash,
    );
    const connection = new GrpcConnection(`127.0.0.1:${enrolmentPort}`, { ca });
    return joinOnce(connection, { node, key, token: token ?? null });
  };
  const renew = ({ name, key, certificate, authorities }: NodeCredentials): Promise<NodeCredentials> => {
    const security = { key, cert: certificate, ca: authorities };
    return renewCredentials(new GrpcConnection(`127.0.0.1:${agentsPort}`, security), name);
  };
  return { ...some, desk, agents, enrolmentPort, agentsPort, join, renew };
}

export function makePrivateKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

export function publicDer(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' });
}

export function requireJoined(outcome: JoinOutcome): NodeCredentials {
  if (outcome.kind !== 'joined') throw new Error(`has not joined: ${outcome.kind}`);
  return outcome.credentials;
}
