// To whom the listeners hand the calls of nodes that join or renew. Each call is one session: the desk listens to it,
// answers and ends it with a status. The listener bounds it: 4 KiB a message, 30 s in all, connections of an address.
import type { CertifiedName } from '../../shared/identity/node-uri.ts';
import type { GrpcCall } from '../grpc/grpc-call.ts';

export interface EnrolmentDesk {
  /** EnrolmentService.Join: nobody has shown who speaks. `call.peer` is HOST:PORT. */
  join(call: GrpcCall): void;
  /** IdentityService.Renew, by a node whose certificate opened the connection and is not refused. */
  renew(call: GrpcCall, name: CertifiedName): void;
}
