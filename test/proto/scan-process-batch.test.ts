// The scan of a batch of processes against the decoder that reads every message: the same bytes mean the same.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanProcessBatch } from '../../proto/scan-process-batch.ts';
import { readTelemetryRequest } from '../../proto/server-streams.ts';
import type { ProcessSnapshot } from '../../shared/model/process.ts';
import {
  TelemetryDecoder,
  TelemetryEncoder,
  type TelemetryRequest,
} from '../../shared/wire/telemetry-stream.ts';
import { WireError } from '../../shared/wire/wire-error.ts';
import { snapshots } from '../collector/store/partitions/random-snapshots.ts';
import { telemetryBytes } from '../shared/wire/over-the-wire.ts';

const known = { job: '7', waitChannel: 'futex_wait', readBytesPerSecond: 1024 ** 3, gpuMemoryBytes: null };

function encoded(of: readonly ProcessSnapshot[]): Buffer {
  const payload = { kind: 'processes', snapshots: of } as const;
  return telemetryBytes(new TelemetryEncoder().batch({ sequence: 7, payload, bootedMs: 5 }, true));
}

/** What it says, or that it is refused. */
function meaning(read: () => TelemetryRequest): unknown {
  try {
    const request = read();
    if (request.kind !== 'batch') return request;
    const { decodePayload, ...head } = request;
    const payload = decodePayload();
    if (payload.kind !== 'processes') return { head, payload };
    return {
      head,
      snapshots: payload.snapshots.map((one) => ({ at: one.timeMs, processes: one.processes })),
    };
  } catch (error) {
    // Of two mistakes each finds the one that it comes upon first.
    if (error instanceof RangeError || error instanceof WireError) return 'refused';
    throw error;
  }
}

function expectSame(bytes: Buffer): void {
  const ofBytes = meaning(() => new TelemetryDecoder().read(bytes));
  expect(ofBytes).toEqual(meaning(() => new TelemetryDecoder().request(readTelemetryRequest(bytes))));
}

describe('scan of a batch of processes', () => {
  test('finds what is there', () => {
    fc.assert(
      fc.property(snapshots, (all) => expectSame(encoded(all))),
      { numRuns: 50 },
    );
  });

  test('bytes with a mistake mean the same to both, or are refused by both', () => {
    const change = fc.record({ place: fc.nat(400), byte: fc.nat(255) });
    fc.assert(
      fc.property(snapshots, fc.array(change, { minLength: 1, maxLength: 3 }), (all, changes) => {
        const bytes = encoded(all);
        for (const { place, byte } of changes) bytes[place % bytes.length] = byte;
        expectSame(bytes);
      }),
      { numRuns: 400 },
    );
  });

  test('what is no such batch is left to the decoder of all messages', () => {
    const [one] = fc.sample(snapshots, { numRuns: 1, seed: 3 })[0] ?? [];
    const process = one?.processes[0];
    if (one === undefined || process === undefined) throw new Error('a snapshot with a process');
    const bytes = encoded([{ ...one, processes: [{ ...process, ...known }] }]);
    expect(scanProcessBatch(bytes)?.snapshots).toHaveLength(1);
    expect(scanProcessBatch(bytes.subarray(1))).toBeNull();
  });
});
