// Certificates of a connection, as Node wants them: the newest TLS only, and nothing else.
import type { ClientSessionOptions, SecureClientSessionOptions } from 'node:http2';
import type { SecureContextOptions } from 'node:tls';

/** The collector's name is checked against its own certificate. */
export type Security = Pick<SecureContextOptions, 'ca' | 'cert' | 'key'>;

/** null: plain text. Whom `ca` names is believed, also one that another authority has certified. */
export function sessionOptions(security: Security | null): ClientSessionOptions | SecureClientSessionOptions {
  const settings = { enablePush: false };
  return security === null
    ? { settings }
    : { ...security, settings, allowPartialTrustChain: true, minVersion: 'TLSv1.3', ALPNProtocols: ['h2'] };
}
