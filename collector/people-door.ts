// How people come in, put together from the configuration: who there is, and with what the collector shows itself to browsers.
import { readFileSync } from 'node:fs';
import type { Clock } from '../shared/clock.ts';
import { errorMessage, StartError } from '../shared/errors.ts';
import type { Logger } from '../shared/log.ts';
import type { CollectorConfig } from './config.ts';
import { createAuditTrail } from './control/audit-trail.ts';
import type { Access, HttpServer, WebCertificate } from './http/http-server.ts';
import { createPeople, type People } from './identity/people/people.ts';
import { openWebAuthority } from './identity/people/web-authority.ts';
import type { PeopleConfig } from './people-config.ts';
import type { Store } from './store/store.ts';

export interface PeopleDoor {
  readonly people: People;
  readonly access: Access;
  /** Now and then: forgets what is over, takes up a certificate that was replaced. */
  keep(http: Pick<HttpServer, 'renew'>): Promise<void>;
}

/** Throws StartError for files that cannot be used. */
export async function openPeopleDoor(
  { dataDir, people: config }: CollectorConfig,
  { store, clock, log }: { readonly store: Store; readonly clock: Clock; readonly log: Logger },
): Promise<PeopleDoor> {
  const people = createPeople({ store, clock, audit: createAuditTrail(store, clock) });
  await people.load();
  const read = certificateReader(config, dataDir, clock);
  let certificate = await read();
  if (config.login === 'none') {
    log.warn('no login is asked for: whoever reaches the port is an administrator');
  }
  return {
    people,
    access: { login: config.login, names: config.names, proxies: config.proxies, certificate },
    async keep(http) {
      await people.sweep();
      const next = await read().catch((error: unknown) => {
        log.error({ err: error }, 'the certificate for people cannot be read; the one before stays');
        return certificate;
      });
      if (next === null || next.certificate === certificate?.certificate) return;
      certificate = next;
      http.renew(next);
      log.info('a new certificate for people is in use');
    },
  };
}

function certificateReader(
  { certificate, names }: PeopleConfig,
  dataDir: string,
  clock: Clock,
): () => Promise<WebCertificate | null> {
  if (certificate === 'none') return async () => null;
  if (certificate === 'own') return () => openWebAuthority({ dataDir, names, clock });
  return async () => ({
    certificate: readPem('certificate', certificate.certificate),
    key: readPem('key', certificate.key),
  });
}

function readPem(key: string, path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    if (!text.includes('-----BEGIN ')) throw new Error('no PEM');
    return text;
  } catch (error) {
    const remedy = 'Name a PEM file that the user of the collector can read.';
    throw new StartError(`configuration key people.${key}: ${path}: ${errorMessage(error)}`, remedy, {
      cause: error,
    });
  }
}
