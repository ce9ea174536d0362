import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinClientStream, renewClientStream } from '../../../proto/client-streams.ts';
import {
  joinServerStream,
  readJoinRequest,
  readRenewRequest,
  renewServerStream,
} from '../../../proto/server-streams.ts';
import {
  decodeJoinRequest,
  decodeJoinResponse,
  decodeRenewRequest,
  decodeRenewResponse,
  encodeJoinRequest,
  encodeJoinResponse,
  encodeRenewRequest,
  encodeRenewResponse,
  enrolmentBounds,
  type JoinRequest,
  type JoinResponse,
} from '../../../shared/wire/enrolment.ts';
import { WireError } from '../../../shared/wire/wire-error.ts';

const join = joinClientStream();
const renew = renewClientStream();
const bytes = (min: number, max = min) =>
  fc.uint8Array({ minLength: min, maxLength: max }).map((array) => Buffer.from(array));
const der = bytes(1, 600);
const issued = fc.record({
  certificate: der,
  intermediates: fc.array(der, { maxLength: 3 }),
  authorities: fc.array(der, { minLength: 1, maxLength: 3 }),
});
const joinRequest: fc.Arbitrary<JoinRequest> = fc.oneof(
  fc.record({
    kind: fc.constant('hello' as const),
    hello: fc.record({
      protocolVersion: fc.nat(),
      node: fc.constantFrom('n1', 'n001.rack-2_b'),
      publicKey: bytes(1, enrolmentBounds.publicKeyBytes),
      agentVersion: fc.constantFrom('', '0.1.0'),
    }),
  }),
  fc.record({
    kind: fc.constant('proof' as const),
    proof: fc.record({ signature: bytes(64), tokenProof: fc.option(bytes(32)) }),
  }),
);
const joinResponse: fc.Arbitrary<JoinResponse> = fc.oneof(
  fc.record({
    kind: fc.constant('challenge' as const),
    nonce: bytes(32),
    cluster: fc.constantFrom('hpc', 'a-1'),
  }),
  fc.record({ kind: fc.constant('certificate' as const), issued }),
  fc.record({
    kind: fc.constant('pending' as const),
    fingerprint: bytes(32),
    retryAfterMs: fc.integer({ min: 0, max: 86_400_000 }),
  }),
);

describe('the messages of joining and renewing', () => {
  it('come over the wire as they were sent', () => {
    fc.assert(
      fc.property(joinRequest, joinResponse, issued, bytes(64), (request, response, renewed, signature) => {
        const sent = join.requestSerialize(encodeJoinRequest(request));
        expect(decodeJoinRequest(readJoinRequest(sent))).toEqual(request);
        const answer = joinServerStream().responseSerialize(encodeJoinResponse(response));
        expect(decodeJoinResponse(join.responseDeserialize(answer))).toEqual(response);
        const asked = { publicKey: Buffer.from('key'), signature };
        const wish = renew.requestSerialize(encodeRenewRequest(asked));
        expect(decodeRenewRequest(readRenewRequest(wish))).toEqual(asked);
        const given = renewServerStream().responseSerialize(encodeRenewResponse(renewed));
        expect(decodeRenewResponse(renew.responseDeserialize(given))).toEqual(renewed);
      }),
    );
  });

  it('are refused by name when they are none, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (array) => {
        const garbage = Buffer.from(array);
        const reads = [
          () => decodeJoinRequest(readJoinRequest(garbage)),
          () => decodeRenewRequest(readRenewRequest(garbage)),
          () => decodeJoinResponse(join.responseDeserialize(garbage)),
          () => decodeRenewResponse(renew.responseDeserialize(garbage)),
        ];
        for (const read of reads) {
          try {
            read();
          } catch (error) {
            expect(error instanceof WireError || error instanceof RangeError).toBe(true);
          }
        }
      }),
    );
  });

  it.each([
    ['a signature of 63 bytes', { signature: Buffer.alloc(63), tokenProof: null }],
    ['a proof of 31 bytes', { signature: Buffer.alloc(64), tokenProof: Buffer.alloc(31) }],
  ])('are refused with %s', (_what, proof) => {
    const sent = join.requestSerialize(encodeJoinRequest({ kind: 'proof', proof }));
    expect(() => decodeJoinRequest(readJoinRequest(sent))).toThrow(/entries where \d+ belong/);
  });
});
