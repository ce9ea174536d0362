import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { DataSet } from '../../../bench/store/data-set.ts';
import { RemoteWriteEncoder, snappy } from '../../../bench/store/remote-write.ts';

// prometheus/prompb: remote.proto and types.proto, the part that is written.
const { root } = protobuf.parse(`
  syntax = "proto3";
  message WriteRequest { repeated TimeSeries timeseries = 1; }
  message TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; }
  message Label { string name = 1; string value = 2; }
  message Sample { double value = 1; int64 timestamp = 2; }
`);
const writeRequest = root.lookupType('WriteRequest');

interface Written {
  readonly timeseries: readonly {
    readonly labels: readonly { readonly name: string; readonly value: string }[];
    readonly samples: readonly { readonly value: number; readonly timestamp: number }[];
  }[];
}

/** google/snappy, format_description.txt: only literals with two bytes of length may come. */
function fromSnappy(bytes: Buffer): Buffer {
  let at = 0;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0;
    length += (byte & 127) * 2 ** shift;
    if (byte < 128) break;
  }
  const parts: Buffer[] = [];
  while (at < bytes.length) {
    expect(bytes[at]).toBe(61 << 2);
    const size = bytes.readUInt16LE(at + 1) + 1;
    parts.push(bytes.subarray(at + 3, at + 3 + size));
    at += 3 + size;
  }
  const whole = Buffer.concat(parts);
  expect(whole.length).toBe(length);
  return whole;
}

function decode(body: Buffer): Written {
  const message = writeRequest.decode(fromSnappy(body));
  return writeRequest.toObject(message, { longs: Number, arrays: true, defaults: true }) as Written;
}

describe('RemoteWriteEncoder', () => {
  it('writes every sample with its labels in order, and no absent one', () => {
    const options = {
      name: 'test',
      nodes: 3,
      series: 256,
      hours: 0.2,
      liveHours: 0.1,
      endMs: 1_764_600_000_000,
    };
    const data = new DataSet(options);
    const encoder = new RemoteWriteEncoder();
    for (const portion of [...data.past(), ...data.present()].slice(0, 12)) {
      const { timeseries } = decode(encoder.encode(portion));
      const written = timeseries.flatMap(({ labels, samples }) => {
        const names = labels.map(({ name }) => name);
        expect(names).toEqual(names.toSorted());
        expect(names[0]).toBe('__name__');
        const key = labels.map(({ name, value }) => `${name}=${value}`).join();
        return samples.map(({ value, timestamp }) => `${key} ${timestamp} ${value}`);
      });
      const wanted = portion.flatMap(({ node, ticks }) =>
        ticks.flatMap(({ timeMs, series, values }) =>
          [...values].flatMap((value, place) => {
            if (Number.isNaN(value)) return [];
            const all = { ...series[place]?.labels, node, __name__: series[place]?.metric };
            const key = Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1));
            return [`${key.map(([name, text]) => `${name}=${text}`).join()} ${timeMs} ${value}`];
          }),
        ),
      );
      expect(written.toSorted()).toEqual(wanted.toSorted());
    }
  });
});

describe('snappy', () => {
  it.each([0, 1, 65_536, 65_537, 200_000])('takes %i bytes', (size) => {
    const bytes = Buffer.alloc(size, 7);
    expect(fromSnappy(snappy(bytes))).toEqual(bytes);
  });
});
