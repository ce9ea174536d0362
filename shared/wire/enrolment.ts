// The messages by which a node comes to its certificate, and to the next one, both ways and at both ends. Decoding refuses
// what is too long or of another length than it must have; it does not judge keys, signatures and certificates.
import type {
  CertificateInput,
  Certificate as WireCertificate,
} from '../../proto/gen/jidi/v1/Certificate.ts';
import type {
  JoinRequestInput,
  JoinRequest as WireJoinRequest,
} from '../../proto/gen/jidi/v1/JoinRequest.ts';
import type {
  JoinResponseInput,
  JoinResponse as WireJoinResponse,
} from '../../proto/gen/jidi/v1/JoinResponse.ts';
import type {
  RenewRequestInput,
  RenewRequest as WireRenewRequest,
} from '../../proto/gen/jidi/v1/RenewRequest.ts';
import type {
  RenewResponseInput,
  RenewResponse as WireRenewResponse,
} from '../../proto/gen/jidi/v1/RenewResponse.ts';
import { clusterNamePattern } from '../identity/node-uri.ts';
import { nodeNamePattern } from '../model/node.ts';
import { checkInteger, checkLength, checkList, checkPattern, checkPresent, checkText } from './bounds.ts';
import { malformed, tooLarge } from './wire-error.ts';

export const enrolmentBounds = {
  /** Bytes of one message of a node. */
  requestBytes: 4 * 1024,
  /** Bytes of one message to a node: a certificate and its chain, twice as long while authorities change. */
  responseBytes: 64 * 1024,
  publicKeyBytes: 256,
  certificateBytes: 8 * 1024,
  certificates: 8,
} as const;

export interface JoinHello {
  readonly protocolVersion: number;
  readonly node: string;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
  readonly agentVersion: string;
}

export interface JoinProof {
  readonly signature: Uint8Array;
  /** null: there is no token. */
  readonly tokenProof: Uint8Array | null;
}

export type JoinRequest =
  | { readonly kind: 'hello'; readonly hello: JoinHello }
  | { readonly kind: 'proof'; readonly proof: JoinProof };

/** DER each. */
export interface IssuedCertificate {
  readonly certificate: Uint8Array;
  /** Nearest first. */
  readonly intermediates: readonly Uint8Array[];
  /** By which the collector may show itself. */
  readonly authorities: readonly Uint8Array[];
}

export type JoinResponse =
  | { readonly kind: 'challenge'; readonly nonce: Uint8Array; readonly cluster: string }
  | { readonly kind: 'certificate'; readonly issued: IssuedCertificate }
  | { readonly kind: 'pending'; readonly fingerprint: Uint8Array; readonly retryAfterMs: number };

export interface RenewRequest {
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

const hashBytes = 32;
const signatureBytes = 64;
const versionLength = 64;
const longestRetryMs = 24 * 3_600_000;
const clusterName = new RegExp(clusterNamePattern);
const nodeName = new RegExp(nodeNamePattern);

export function encodeJoinRequest(request: JoinRequest): JoinRequestInput {
  if (request.kind === 'hello')
    return { hello: { ...request.hello, publicKey: bytesOf(request.hello.publicKey) } };
  const { signature, tokenProof } = request.proof;
  return { proof: { signature: bytesOf(signature), tokenProof: bytesOf(tokenProof ?? new Uint8Array()) } };
}

/** Throws WireError. */
export function decodeJoinRequest(request: WireJoinRequest): JoinRequest {
  if (request.message === 'hello') {
    const { protocolVersion, node, publicKey, agentVersion } = checkPresent('hello', request.hello);
    const hello = {
      protocolVersion,
      node: checkPattern('hello.node', node, nodeName),
      publicKey: checkBytes('hello.public_key', publicKey, enrolmentBounds.publicKeyBytes),
      agentVersion: checkText('hello.agent_version', agentVersion, versionLength),
    };
    return { kind: 'hello', hello };
  }
  if (request.message !== 'proof') throw malformed('message', 'missing');
  const { signature, tokenProof } = checkPresent('proof', request.proof);
  checkLength('proof.signature', signature.length, signatureBytes);
  if (tokenProof.length > 0) checkLength('proof.token_proof', tokenProof.length, hashBytes);
  return { kind: 'proof', proof: { signature, tokenProof: tokenProof.length === 0 ? null : tokenProof } };
}

export function encodeJoinResponse(response: JoinResponse): JoinResponseInput {
  switch (response.kind) {
    case 'challenge':
      return { challenge: { nonce: bytesOf(response.nonce), cluster: response.cluster } };
    case 'certificate':
      return { certificate: encodeCertificate(response.issued) };
    case 'pending': {
      const { fingerprint, retryAfterMs } = response;
      return { pending: { fingerprint: bytesOf(fingerprint), retryAfterMs } };
    }
  }
}

/** Throws WireError. */
export function decodeJoinResponse(response: WireJoinResponse): JoinResponse {
  switch (response.message) {
    case 'challenge': {
      const { nonce, cluster } = checkPresent('challenge', response.challenge);
      checkLength('challenge.nonce', nonce.length, hashBytes);
      return { kind: 'challenge', nonce, cluster: checkPattern('challenge.cluster', cluster, clusterName) };
    }
    case 'certificate':
      return { kind: 'certificate', issued: decodeCertificate('certificate', response.certificate) };
    case 'pending': {
      const { fingerprint, retryAfterMs } = checkPresent('pending', response.pending);
      checkLength('pending.fingerprint', fingerprint.length, hashBytes);
      checkInteger('pending.retry_after_ms', retryAfterMs, 0, longestRetryMs);
      return { kind: 'pending', fingerprint, retryAfterMs };
    }
    case undefined:
      break;
  }
  throw malformed('message', 'missing');
}

export function encodeRenewRequest({ publicKey, signature }: RenewRequest): RenewRequestInput {
  return { publicKey: bytesOf(publicKey), signature: bytesOf(signature) };
}

/** Throws WireError. */
export function decodeRenewRequest({ publicKey, signature }: WireRenewRequest): RenewRequest {
  checkLength('signature', signature.length, signatureBytes);
  return { publicKey: checkBytes('public_key', publicKey, enrolmentBounds.publicKeyBytes), signature };
}

export function encodeRenewResponse(issued: IssuedCertificate): RenewResponseInput {
  return { certificate: encodeCertificate(issued) };
}

/** Throws WireError. */
export function decodeRenewResponse({ certificate }: WireRenewResponse): IssuedCertificate {
  return decodeCertificate('certificate', certificate);
}

function encodeCertificate({ certificate, intermediates, authorities }: IssuedCertificate): CertificateInput {
  return {
    certificate: bytesOf(certificate),
    intermediates: intermediates.map(bytesOf),
    authorities: authorities.map(bytesOf),
  };
}

function decodeCertificate(field: string, wire: WireCertificate | null | undefined): IssuedCertificate {
  const { certificate, intermediates, authorities } = checkPresent(field, wire);
  const most = enrolmentBounds.certificateBytes;
  const check = (name: string, list: readonly Uint8Array[]): readonly Uint8Array[] =>
    checkList(`${field}.${name}`, list, enrolmentBounds.certificates).map((each) =>
      checkBytes(`${field}.${name}`, each, most),
    );
  if (authorities.length === 0) throw malformed(`${field}.authorities`, 'missing');
  return {
    certificate: checkBytes(`${field}.certificate`, certificate, most),
    intermediates: check('intermediates', intermediates),
    authorities: check('authorities', authorities),
  };
}

function checkBytes(field: string, bytes: Uint8Array, most: number): Uint8Array {
  if (bytes.length === 0) throw malformed(field, 'missing');
  if (bytes.length > most) throw tooLarge(field, `${bytes.length} bytes, at most ${most}`);
  return bytes;
}

function bytesOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
