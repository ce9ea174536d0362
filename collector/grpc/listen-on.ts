// In: a server, an address, the flag that names another. Out: the bound port, or a sentence for the person who starts it.
import { type Address, formatAddress } from '../../shared/address.ts';
import { errorMessage, StartError } from '../../shared/errors.ts';
import type { GrpcServer } from './grpc-server.ts';

/** Throws StartError. */
export async function listenOn(server: GrpcServer, address: Address, flag: string): Promise<number> {
  try {
    return await server.listen(address);
  } catch (error) {
    throw new StartError(
      `cannot listen on ${formatAddress(address)}: ${errorMessage(error)}`,
      `Give another port with ${flag} HOST:PORT (port 0 picks a free one), or stop what listens there.`,
      { cause: error },
    );
  }
}
