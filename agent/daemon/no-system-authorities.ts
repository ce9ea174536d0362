// Keeps the authorities of the system out of memory: OpenSSL reads them all, 0.8 MiB, when the first certificate is used, also
// where every connection names its own. In: nothing. Out: they are taken as none, in this process alone.
import { createSecureContext } from 'node:tls';

const variables = ['SSL_CERT_FILE', 'SSL_CERT_DIR'] as const;

/** To be called before anything speaks TLS. Programs that are started later find their variables as they were. */
export function forgetSystemAuthorities(): void {
  const before = variables.map((name) => process.env[name]);
  for (const name of variables) process.env[name] = '/dev/null';
  createSecureContext({});
  for (const [place, name] of variables.entries()) {
    const value = before[place];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
