// Addresses to listen on or to call: HOST:PORT, [IPv6]:PORT.
import { isIP } from 'node:net';

export interface Address {
  readonly host: string;
  /** 0 lets the system choose when listening. */
  readonly port: number;
}

/** undefined when it is none. The host must be given: an empty one would mean every interface. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) return undefined;
  return { host, port };
}

export function formatAddress({ host, port }: Address): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

/** As sockets of both families tell IPv4: ::ffff:10.0.0.1 is 10.0.0.1. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/** The address in HOST:PORT, as a peer of a connection is told. */
export function addressOfPeer(peer: string): string {
  const end = peer.lastIndexOf(':');
  return plainAddress(end === -1 ? peer : peer.slice(0, end));
}

/** Only what cannot leave this machine: 127.0.0.0/8, ::1 and the name localhost. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
