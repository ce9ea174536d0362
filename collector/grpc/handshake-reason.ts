// Why a TLS handshake failed, as a word for the counters. In: what Node and OpenSSL say. Out: one of a few words, so that
// nobody outside can make up counters.

const words: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'not-yet-valid'],
  ['INVALID_PURPOSE', 'no-client-use'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'foreign-authority'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'foreign-authority'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'foreign-authority'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'foreign-authority'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'foreign-authority'],
  ['CERT_SIGNATURE_FAILURE', 'foreign-authority'],
  ['ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE', 'no-certificate'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'old-tls'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'old-tls'],
  ['ERR_SSL_NO_APPLICATION_PROTOCOL', 'no-http2'],
  ['ERR_SSL_HTTP_REQUEST', 'no-tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'no-tls'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'no-tls'],
  ['ERR_TLS_HANDSHAKE_TIMEOUT', 'handshake-deadline'],
  ['ECONNRESET', 'hung-up'],
]);

/** `verdict`: of the certificate, where there was one. */
export function handshakeReason(code: string | undefined, verdict: unknown): string {
  if (typeof verdict === 'string' && verdict !== '') return words.get(verdict) ?? 'bad-certificate';
  return words.get(code ?? '') ?? 'handshake';
}
