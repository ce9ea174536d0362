// Why a stream ends before its time: a gRPC status for the other side, a word for the counters.
import type { status } from '@grpc/grpc-js';

export class StreamRefusal extends Error {
  readonly grpcStatus: status;
  readonly code: string;

  constructor(grpcStatus: status, code: string, message: string) {
    super(message);
    this.name = 'StreamRefusal';
    this.grpcStatus = grpcStatus;
    this.code = code;
  }
}
