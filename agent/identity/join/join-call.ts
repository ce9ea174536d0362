// One attempt to join (proto/jidi/v1/identity.proto). In: who asks, with which key and token, over a connection on which the
// collector has shown its certificate. Out: the identity, or that a person must say yes first.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { joinClientStream } from '../../../proto/client-streams.ts';
import { protocolVersion } from '../../../proto/protocol-version.ts';
import { status } from '../../../shared/grpc-status.ts';
import {
  joinTranscript,
  proveToken,
  signTranscript,
  tokenDigest,
} from '../../../shared/identity/join-proof.ts';
import { version } from '../../../shared/version.ts';
import {
  decodeJoinResponse,
  encodeJoinRequest,
  enrolmentBounds,
  type JoinRequest,
  type JoinResponse,
} from '../../../shared/wire/enrolment.ts';
import { GrpcCall } from '../../uplink/grpc-call.ts';
import type { GrpcConnection } from '../../uplink/grpc-connection.ts';
import { GrpcError } from '../../uplink/grpc-status.ts';
import { credentialsOf, type NodeCredentials } from '../node-credentials.ts';
import { JoinRefusal } from './join-refusal.ts';

export interface JoinAttempt {
  readonly node: string;
  readonly key: KeyObject;
  /** null: a person decides. */
  readonly token: string | null;
}

export type JoinOutcome =
  | { readonly kind: 'joined'; readonly credentials: NodeCredentials }
  | { readonly kind: 'pending'; readonly fingerprint: string; readonly retryAfterMs: number };

const deadlineMs = 30_000;
const refusals = new Set<number>([
  status.UNAUTHENTICATED,
  status.PERMISSION_DENIED,
  status.FAILED_PRECONDITION,
  status.INVALID_ARGUMENT,
]);

/** Rejects with JoinRefusal, or with what asking again may mend. */
export async function joinOnce(connection: GrpcConnection, attempt: JoinAttempt): Promise<JoinOutcome> {
  try {
    return await converse(connection, attempt);
  } catch (error) {
    if (!(error instanceof GrpcError) || !refusals.has(error.code)) throw error;
    throw new JoinRefusal(
      error.message,
      'Make another token with jidi node token create, or ask without one.',
      {
        cause: error,
      },
    );
  }
}

function converse(connection: GrpcConnection, attempt: JoinAttempt): Promise<JoinOutcome> {
  const { path, requestSerialize, responseDeserialize: decode } = joinClientStream();
  const publicKey = createPublicKey(attempt.key).export({ format: 'der', type: 'spki' });
  return new Promise((resolve, reject) => {
    const call = new GrpcCall({ connection, path, decode, mostBytes: enrolmentBounds.responseBytes });
    const timer = setTimeout(() => fail(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      call.cancel();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const say = (request: JoinRequest): boolean => call.write(requestSerialize(encodeJoinRequest(request)));
    let cluster = '';
    const take = (response: JoinResponse): void => {
      if (response.kind === 'challenge') {
        cluster = response.cluster;
        say({ kind: 'proof', proof: prove(attempt, publicKey, response) });
        return;
      }
      const outcome = outcomeOf(response, attempt, cluster);
      clearTimeout(timer);
      call.cancel();
      resolve(outcome);
    };
    call.on('data', (response) => {
      try {
        take(decodeJoinResponse(response));
      } catch (error) {
        fail(error);
      }
    });
    call.on('error', fail);
    call.on('end', () => fail(new Error('the collector ended the call without an answer')));
    say({
      kind: 'hello',
      hello: { protocolVersion, node: attempt.node, publicKey, agentVersion: version },
    });
  });
}

type Challenge = Extract<JoinResponse, { kind: 'challenge' }>;

function prove({ node, key, token }: JoinAttempt, publicKey: Buffer, { nonce, cluster }: Challenge) {
  const transcript = joinTranscript({ cluster, node, nonce, publicKey });
  const tokenProof = token === null ? null : proveToken(transcript, tokenDigest(token));
  return { signature: signTranscript(transcript, key), tokenProof };
}

function outcomeOf(
  response: Exclude<JoinResponse, Challenge>,
  { node, key }: JoinAttempt,
  cluster: string,
): JoinOutcome {
  if (response.kind === 'certificate') {
    return { kind: 'joined', credentials: credentialsOf(response.issued, key, { cluster, node }) };
  }
  const fingerprint = Buffer.from(response.fingerprint).toString('hex');
  return { kind: 'pending', fingerprint, retryAfterMs: response.retryAfterMs };
}
