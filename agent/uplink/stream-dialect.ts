// What differs between the telemetry and the control stream, for one connection. The uplink knows neither message.
import type { SentBatch } from '../../shared/model/batch.ts';
import type { DataClass } from '../../shared/model/delivery.ts';
import type { Directive } from '../../shared/model/directive.ts';
import type { Ack, Refusal } from '../../shared/wire/delivery.ts';
import type { Hello, Welcome } from '../../shared/wire/hello.ts';
import type { HeartbeatEcho } from '../../shared/wire/telemetry-stream.ts';
import type { GrpcCall } from './grpc-call.ts';

/** What may come from the collector on either stream. */
export type CollectorMessage =
  | { readonly kind: 'welcome'; readonly welcome: Welcome }
  | { readonly kind: 'ack'; readonly ack: Ack }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  | { readonly kind: 'heartbeat-echo'; readonly echo: HeartbeatEcho }
  | { readonly kind: 'directive'; readonly directive: Directive };

/** One open call in its own dialect. It holds the dictionaries of the stream, so every connection gets a new one. */
export interface StreamDialect<Request extends Uint8Array, Response> {
  readonly call: GrpcCall<Response>;
  /** The collector has not let this stream in: another one may. */
  unwelcome(): void;
  hello(hello: Hello): Request;
  /** `receiptMayWait`: until the next heartbeat. */
  batch(batch: SentBatch, receiptMayWait?: boolean): Request;
  /** null where the stream has no heartbeat. */
  heartbeat(sentTimeMs: number, bootTimeMs: number): Request | null;
  /** Throws WireError. */
  decode(response: Response): CollectorMessage;
}

export interface StreamKind<Request extends Uint8Array, Response> {
  readonly name: 'telemetry' | 'control';
  /** Classes that travel on this stream, most urgent first. */
  readonly classes: readonly DataClass[];
  open(): StreamDialect<Request, Response>;
}
