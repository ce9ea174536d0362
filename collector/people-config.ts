// The part of the configuration that says how people come in. In: the key `people`. Out: checked; files are read later.
import { type Static, Type } from 'typebox';
import type { Address } from '../shared/address.ts';
import { isLoopback } from '../shared/address.ts';
import { StartError } from '../shared/errors.ts';
import { parseNetwork } from '../shared/network.ts';
import { requireSafeListening } from './http/listening-rule.ts';

export const PeopleSchema = Type.Object(
  {
    login: Type.Union([Type.Literal('required'), Type.Literal('none')], {
      default: 'required',
      description:
        'required, or none: whoever reaches the port is an administrator, which is possible on the loopback only',
    }),
    certificate: Type.String({
      default: '',
      description:
        'path of a PEM file with the certificate for people and those above it; own: made by an authority that the collector ' +
        'keeps for it; empty: plain HTTP on the loopback and behind proxies, own elsewhere',
    }),
    key: Type.String({ default: '', description: 'path of the PEM file with the key of that certificate' }),
    names: Type.Array(
      Type.String({ minLength: 1, maxLength: 255, description: 'a DNS name or an IP address' }),
      {
        default: [],
        maxItems: 32,
        description: 'names under which people reach the collector, beside those of the key `names`',
      },
    ),
    proxies: Type.Array(Type.String({ maxLength: 64, description: 'ADDRESS or ADDRESS/BITS' }), {
      default: [],
      maxItems: 64,
      description:
        'addresses of proxies that encrypt before the collector; only what they say in X-Forwarded-… counts',
    }),
    adminSocket: Type.String({
      default: '',
      description:
        "path of the Unix socket by which root on this host is an administrator; none: without; empty: in the service's runtime " +
        'folder, or in run/ of the data folder',
    }),
  },
  { default: {}, additionalProperties: false },
);

export interface PeopleConfig {
  readonly login: 'required' | 'none';
  readonly certificate: 'none' | 'own' | { readonly certificate: string; readonly key: string };
  readonly names: readonly string[];
  readonly proxies: readonly string[];
  /** null: none. */
  readonly adminSocket: string | null;
}

export interface PeopleSurroundings {
  readonly http: Address;
  /** Of the whole collector. */
  readonly names: readonly string[];
  readonly dataDir: string;
  /** Of the service, as its manager says; undefined: none. */
  readonly runtimeDir: string | undefined;
}

/** Throws StartError that names the key and what is allowed there. */
export function peopleConfigOf(
  given: Static<typeof PeopleSchema>,
  { http, names, dataDir, runtimeDir }: PeopleSurroundings,
): PeopleConfig {
  const strange = given.proxies.find((text) => parseNetwork(text) === undefined);
  if (strange !== undefined) {
    const remedy = 'Allowed: ADDRESS or ADDRESS/BITS, e.g. 10.0.0.7 or fd00::/64.';
    throw new StartError(`configuration key people.proxies: ${strange} is not possible`, remedy);
  }
  const certificate = certificateOf(given, http);
  const isEncrypted = certificate !== 'none' || given.proxies.length > 0;
  requireSafeListening(http, { login: given.login, isEncrypted });
  const folder = runtimeDir ?? `${dataDir}/run`;
  const socket = given.adminSocket === '' ? `${folder}/admin.sock` : given.adminSocket;
  return {
    login: given.login,
    certificate,
    names: [...names, ...given.names, http.host],
    proxies: given.proxies,
    adminSocket: socket === 'none' ? null : socket,
  };
}

function certificateOf(
  { certificate, key, proxies }: Static<typeof PeopleSchema>,
  http: Address,
): PeopleConfig['certificate'] {
  if (certificate === 'own') return 'own';
  if (certificate === '' && key === '') return isLoopback(http.host) || proxies.length > 0 ? 'none' : 'own';
  if (certificate !== '' && key !== '') return { certificate, key };
  const missing = key === '' ? 'key' : 'certificate';
  throw new StartError(
    `configuration key people.${missing}: is missing`,
    'Give both people.certificate and people.key, or neither.',
  );
}
