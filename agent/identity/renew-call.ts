// One renewal. In: the connection that the certificate of now has opened, what it names. Out: the next key and certificate.
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { renewClientStream } from '../../proto/client-streams.ts';
import { renewalTranscript, signTranscript } from '../../shared/identity/join-proof.ts';
import type { CertifiedName } from '../../shared/identity/node-uri.ts';
import { decodeRenewResponse, encodeRenewRequest, enrolmentBounds } from '../../shared/wire/enrolment.ts';
import { GrpcCall } from '../uplink/grpc-call.ts';
import type { GrpcConnection } from '../uplink/grpc-connection.ts';
import { credentialsOf, type NodeCredentials } from './node-credentials.ts';

const deadlineMs = 30_000;

/** Rejects with what went wrong; a GrpcError where the collector said so. */
export function renewCredentials(connection: GrpcConnection, name: CertifiedName): Promise<NodeCredentials> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const signature = signTranscript(renewalTranscript({ ...name, publicKey }), privateKey);
  const { path, requestSerialize, responseDeserialize: decode } = renewClientStream();
  return new Promise((resolve, reject) => {
    const call = new GrpcCall({ connection, path, decode, mostBytes: enrolmentBounds.responseBytes });
    const timer = setTimeout(() => end(new Error('no answer within half a minute')), deadlineMs).unref();
    const end = (outcome: NodeCredentials | Error): void => {
      clearTimeout(timer);
      call.cancel();
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    };
    call.on('data', (response) => {
      try {
        end(credentialsOf(decodeRenewResponse(response), privateKey, name));
      } catch (error) {
        end(error instanceof Error ? error : new Error(String(error)));
      }
    });
    call.on('error', end);
    call.on('end', () => end(new Error('the collector ended the call without a certificate')));
    call.write(requestSerialize(encodeRenewRequest({ publicKey, signature })));
  });
}
