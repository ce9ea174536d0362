// In: the generated descriptor. Out: the two gRPC service definitions and their client constructors, typed.
// The only caller of proto-loader; everything else imports types from proto/gen. The agent has client-streams.ts.
import * as grpc from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import type { ProtoGrpcType as ControlTypes } from './gen/control.ts';
import descriptor from './gen/descriptor.json' with { type: 'json' };
import type { ProtoGrpcType as TelemetryTypes } from './gen/telemetry.ts';

export { protocolVersion } from './protocol-version.ts';

// The descriptor is this repository's own generated file; its shape is checked when it is parsed.
const definition = fromJSON(descriptor as unknown as Parameters<typeof fromJSON>[0], {
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
});
const loaded = grpc.loadPackageDefinition(definition) as unknown as ControlTypes & TelemetryTypes;

/** Client constructor and `.service` definition of the telemetry stream. */
export const TelemetryService = loaded.jidi.v1.TelemetryService;

/** Client constructor and `.service` definition of the control stream. */
export const ControlService = loaded.jidi.v1.ControlService;
