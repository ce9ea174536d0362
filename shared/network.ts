// Networks as ADDRESS/BITS, and whether an address is in one.
import { BlockList, isIP } from 'node:net';
import { plainAddress } from './address.ts';

/** undefined: not one. An address alone is a network of one. */
export function parseNetwork(text: string): BlockList | undefined {
  const match = /^([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?$/.exec(text);
  const address = match?.[1] ?? '';
  const family = isIP(address);
  const most = family === 6 ? 128 : 32;
  const bits = Number(match?.[2] ?? most);
  if (family === 0 || bits > most) return undefined;
  const list = new BlockList();
  list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4');
  return list;
}

/** Also of an IPv4 address as an IPv6 socket tells it. */
export function isWithin(network: BlockList, address: string): boolean {
  const plain = plainAddress(address);
  const family = isIP(plain);
  return family !== 0 && network.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}
