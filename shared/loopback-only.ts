// Where agents without certificates may be listened for and may connect, in plain text. In: an address. Refused (StartError): one that is
// not of this machine.
import { type Address, formatAddress, isLoopback } from './address.ts';
import { StartError } from './errors.ts';

export function requirePlainLoopback(address: Address): void {
  if (isLoopback(address.host)) return;
  throw new StartError(
    `plainAgents ${formatAddress(address)} can be reached from outside, and agents would speak plain text there`,
    'Give a loopback address, e.g. --grpc 127.0.0.1:7303; agents of other machines speak TLS with the listener --agents.',
  );
}

export function requireCollectorLoopback(address: Address): void {
  if (isLoopback(address.host)) return;
  throw new StartError(
    `configuration key collectors: ${formatAddress(address)} is another machine, and everything would go there in plain text`,
    'Let the node join, jidi-agent join, and leave out plain; or give a loopback address, e.g. 127.0.0.1:7303.',
  );
}
