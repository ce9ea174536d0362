// In: a request, and whose words about others count. Out: from where it comes, under which name the collector was called, whether
// its way was encrypted. What X-Forwarded-… says counts only from a declared proxy: anybody can write it.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isLoopback, plainAddress } from '../../shared/address.ts';
import { isWithin, parseNetwork } from '../../shared/network.ts';

export interface Visit {
  /** Of the one who asks; '' through the admin socket. */
  readonly address: string;
  /** NAME or NAME:PORT. */
  readonly host: string;
  readonly protocol: 'http' | 'https';
  /** Through the socket that root on this host opens. */
  readonly isSocket: boolean;
  /** Not encrypted, from another machine, and not from a declared proxy. */
  readonly isExposed: boolean;
}

/** Requests that came through the admin socket. */
export const socketRequests = new WeakSet<IncomingMessage>();

export type ReadVisit = (request: IncomingMessage, isEncrypted: boolean) => Visit;

/** `proxies`: ADDRESS or ADDRESS/BITS each. */
export function visitReader(proxies: readonly string[]): ReadVisit {
  const networks = proxies.flatMap((text) => parseNetwork(text) ?? []);
  const isProxy = (address: string): boolean => networks.some((network) => isWithin(network, address));
  return (request, isEncrypted) => {
    const { headers, socket } = request;
    const host = headers.host ?? '';
    const protocol = isEncrypted ? 'https' : 'http';
    if (socketRequests.has(request)) {
      return { address: '', host, protocol, isSocket: true, isExposed: false };
    }
    const peer = plainAddress(socket.remoteAddress ?? '');
    const direct: Visit = {
      address: peer,
      host,
      protocol,
      isSocket: false,
      isExposed: !isEncrypted && !isLoopback(peer),
    };
    return isProxy(peer) ? throughProxy(direct, headers, isProxy) : direct;
  };
}

function throughProxy(
  direct: Visit,
  headers: IncomingHttpHeaders,
  isProxy: (address: string) => boolean,
): Visit {
  const protocol = lastOf(headers['x-forwarded-proto']);
  // Each proxy adds whom it saw at the end: the last one that is no proxy is as far as the words can be trusted.
  const seen = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return {
    ...direct,
    address: seen.findLast((address) => !isProxy(address)) ?? seen[0] ?? direct.address,
    host: lastOf(headers['x-forwarded-host']) ?? direct.host,
    protocol: protocol === undefined ? direct.protocol : protocol === 'https' ? 'https' : 'http',
    isExposed: protocol !== 'https' && direct.isExposed,
  };
}

function lastOf(header: string | string[] | undefined): string | undefined {
  const last = String(header ?? '')
    .split(',')
    .at(-1)
    ?.trim();
  return last === '' ? undefined : last;
}
