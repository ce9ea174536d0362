// Where the collector may listen for people. In: address and what protects it. It refuses (StartError) what would show the
// cluster, or give it away, to whoever reaches the port.
import { type Address, formatAddress, isLoopback } from '../../shared/address.ts';
import { StartError } from '../../shared/errors.ts';
import type { LoginRule } from './gate.ts';

export interface Protection {
  readonly login: LoginRule;
  /** By the collector itself, or by a declared proxy before it. */
  readonly isEncrypted: boolean;
}

export function requireSafeListening(address: Address, { login, isEncrypted }: Protection): void {
  if (isLoopback(address.host)) return;
  const where = `http ${formatAddress(address)}: refused, because`;
  const tunnel = `ssh -L ${address.port}:127.0.0.1:${address.port} HOST`;
  if (login === 'none') {
    throw new StartError(
      `${where} anyone who reaches this address could control the nodes`,
      `Take people.login: required, or listen on 127.0.0.1 and reach it from elsewhere through ${tunnel}.`,
    );
  }
  if (isEncrypted) return;
  throw new StartError(
    `${where} passwords would go there in plain text`,
    `Give people.certificate and people.key, or people.proxies, or listen on 127.0.0.1 and use ${tunnel}.`,
  );
}
