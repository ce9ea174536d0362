// Why a stream ends before its time: a gRPC status for the other side, a word for the counters.
import type { GrpcStatus } from '../../shared/grpc-status.ts';

export class StreamRefusal extends Error {
  readonly grpcStatus: GrpcStatus;
  readonly code: string;

  constructor(grpcStatus: GrpcStatus, code: string, message: string) {
    super(message);
    this.name = 'StreamRefusal';
    this.grpcStatus = grpcStatus;
    this.code = code;
  }
}
