// What Node and OpenSSL are told of a listener: the newest TLS and HTTP/2 only, and no more of anything than agents need.
import { constants } from 'node:crypto';
import type { ServerOptions } from 'node:http2';
import type { TlsOptions } from 'node:tls';
import type { ConnectionLimits } from './connection-limits.ts';
import type { GateCredentials } from './node-gate.ts';

/** A connection with so much to keep takes no new streams, MB. */
const maxSessionMemory = 10;
/** Of one call: a path, a content type and little else. */
export const headerBytes = 8 * 1024;
const headerPairs = 32;
/** Frames that make no sense, and streams beyond the allowed: a few may be mistakes. */
const strangeFrames = 16;

export function http2Options({ calls, callBurst, callsPerSecond }: ConnectionLimits): ServerOptions {
  return {
    settings: { maxConcurrentStreams: calls, maxHeaderListSize: headerBytes, enablePush: false },
    maxSessionMemory,
    maxHeaderListPairs: headerPairs,
    maxSessionInvalidFrames: strangeFrames,
    maxSessionRejectedStreams: strangeFrames,
    maxOutstandingPings: 2,
    maxSettings: 8,
    streamResetBurst: callBurst,
    streamResetRate: Math.max(1, callsPerSecond),
  };
}

/** No tickets: each connection shows its certificate anew. */
export function tlsOptions(
  { key, certificate, authorities }: GateCredentials,
  asksCertificate: boolean,
): TlsOptions {
  return {
    key,
    // One who knows an authority by its hash alone has to be shown it.
    cert: asksCertificate ? certificate : [certificate, ...authorities].join('\n'),
    ca: [...authorities],
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ALPNProtocols: ['h2'],
    secureOptions: constants.SSL_OP_NO_TICKET,
    requestCert: asksCertificate,
    rejectUnauthorized: asksCertificate,
  };
}
