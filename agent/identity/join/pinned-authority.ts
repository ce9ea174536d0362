// The collector's authority, known by its hash alone. In: an address, the hash. Out: the authority, as the collector shows it;
// whether the collector's own certificate is by it is checked by the connection that is opened next, with nothing else trusted.
// Nothing is said to whoever answers.
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Address } from '../../../shared/address.ts';
import { authorityHash } from '../../../shared/identity/authority-hash.ts';
import { JoinRefusal } from './join-refusal.ts';

const deadlineMs = 10_000;
const longestChain = 8;

/** PEM. Rejects with JoinRefusal when no authority of this hash is shown, else with what went wrong on the way. */
export function findAuthority({ host, port }: Address, hash: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      minVersion: 'TLSv1.3',
      ALPNProtocols: ['h2'],
      // Only looked at: trust begins with the hash.
      rejectUnauthorized: false,
      ...(isIP(host) === 0 && { servername: host }),
    });
    const timer = setTimeout(
      () => socket.destroy(new Error(`no answer within ${deadlineMs} ms`)),
      deadlineMs,
    );
    socket.once('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new Error('the connection was closed'));
    });
    socket.once('secureConnect', () => {
      const shown = chainOf(socket.getPeerX509Certificate()).filter(({ ca }) => ca);
      const found = shown.find((authority) => authorityHash(authority) === hash);
      if (found === undefined) reject(strange(shown.map(authorityHash), hash));
      else resolve(found.toString());
      socket.end();
    });
  });
}

function chainOf(leaf: X509Certificate | undefined): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let one = leaf; one !== undefined && chain.length < longestChain; one = one.issuerCertificate) {
    if (chain.at(-1)?.raw.equals(one.raw) === true) break;
    chain.push(one);
  }
  return chain;
}

function strange(shown: readonly string[], hash: string): JoinRefusal {
  return new JoinRefusal(
    `whoever answers there is not by the authority ${hash}; shown: ${shown.join(', ') || 'none'}`,
    'Compare with what jidi-collector init or jidi node token create has printed; if it differs, somebody stands between.',
  );
}
