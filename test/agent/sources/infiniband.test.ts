// InfiniBand ports that come, go and say nothing.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../../agent/host/host.ts';
import { createInfinibandSource } from '../../../agent/sources/network/infiniband.ts';
import { createInfinibandHealthSource } from '../../../agent/sources/network/infiniband-health.ts';
import type { Source } from '../../../agent/sources/source.ts';
import type { Clock } from '../../../shared/clock.ts';
import { copyMachine, fixtureHost, RecordingSink } from './fixture-machine.ts';

const received = (device: string): string =>
  `node_infiniband_port_data_received_bytes_total{device="${device}",port="1"}`;

/** The machine with a clock that the test turns. */
function turnedHost(folder: string): { readonly host: Host; readonly turn: (ms: number) => void } {
  const real = fixtureHost(folder);
  let now = 0;
  const clock: Clock = { ...real.clock, monotonic: () => now, after: real.clock.after.bind(real.clock) };
  return { host: { ...real, clock }, turn: (ms) => void (now += ms) };
}

async function readInto(source: Source): Promise<RecordingSink> {
  const sink = new RecordingSink();
  await source.read(sink);
  return sink;
}

test('a port that goes away is absent, fails no other and comes back with the next listing', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const device = join(folder, 'sys/class/infiniband/mlx5_0');
  const { host, turn } = turnedHost(folder);
  const source = createInfinibandSource(host);
  expect((await readInto(source)).valueOf(received('mlx5_0'))).toBe(7378697629480);
  renameSync(device, `${device}.gone`);
  turn(60_000);
  const without = await readInto(source);
  expect(without.valueOf(received('mlx5_0'))).toBeUndefined();
  expect(without.valueOf(received('mlx5_2'))).toBe(493827156);
  renameSync(`${device}.gone`, device);
  turn(59_999);
  expect((await readInto(source)).valueOf(received('mlx5_0'))).toBeUndefined();
  turn(1);
  expect((await readInto(source)).valueOf(received('mlx5_0'))).toBe(7378697629480);
  source.close();
  dispose();
});

test('a counter that grows is read anew through the same descriptor', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const source = createInfinibandSource(fixtureHost(folder));
  await readInto(source);
  writeFileSync(
    join(folder, 'sys/class/infiniband/mlx5_0/ports/1/counters/port_rcv_data'),
    '1844674407371\n',
  );
  expect((await readInto(source)).valueOf(received('mlx5_0'))).toBe(7378697629484);
  source.close();
  dispose();
});

test('a counter that the adapter does not know is absent, not a large number', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const sink = await readInto(createInfinibandHealthSource(fixtureHost(folder)));
  const labels = '{device="mlx5_2",port="1"}';
  expect(sink.valueOf(`node_infiniband_vl15_dropped_total${labels}`)).toBeUndefined();
  expect(sink.valueOf(`node_infiniband_symbol_error_total${labels}`)).toBeUndefined();
  expect(sink.valueOf(`node_infiniband_link_downed_total${labels}`)).toBe(0);
  dispose();
});

test('a port that is down has its state and no link rate where the driver tells none', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  writeFileSync(join(folder, 'sys/class/infiniband/mlx5_1/ports/1/rate'), '0 Gb/sec\n');
  const sink = await readInto(createInfinibandHealthSource(fixtureHost(folder)));
  expect(sink.valueOf('node_infiniband_state_id{device="mlx5_1",port="1"}')).toBe(1);
  expect(sink.valueOf('node_infiniband_rate_bytes_per_second{device="mlx5_1",port="1"}')).toBeUndefined();
  expect(sink.valueOf('node_infiniband_rate_bytes_per_second{device="mlx5_2",port="1"}')).toBe(3_125_000_000);
  dispose();
});

test.each([
  ['efa', { rx_bytes: 8200, tx_pkts: 7 }],
  ['erdma', { hw_rx_bytes_cnt: 8200, hw_tx_packets_cnt: 7 }],
])('of a driver without the usual counters its own are told: %s', async (_, counters) => {
  const { folder, dispose } = copyMachine('two-socket');
  const port = join(folder, 'sys/class/infiniband/rdma0/ports/1');
  mkdirSync(join(port, 'hw_counters'), { recursive: true });
  for (const [name, value] of Object.entries(counters))
    writeFileSync(join(port, 'hw_counters', name), `${value}\n`);
  const sink = await readInto(createInfinibandSource(fixtureHost(folder)));
  const labels = '{device="rdma0",port="1"}';
  expect(sink.valueOf(`jidi_infiniband_received_bytes_total${labels}`)).toBe(8200);
  expect(sink.valueOf(`jidi_infiniband_transmitted_packets_total${labels}`)).toBe(7);
  expect(sink.valueOf(`jidi_infiniband_transmitted_bytes_total${labels}`)).toBeUndefined();
  dispose();
});

test('more ports than the bound are counted, not followed', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  rmSync(join(folder, 'sys/class/infiniband'), { recursive: true });
  const host = fixtureHost(folder);
  const many: Host = {
    ...host,
    list: (path) => {
      if (path.endsWith('/infiniband')) return Array.from({ length: 70 }, (_, i) => `mlx5_${i}`);
      return path.endsWith('/ports') ? ['1'] : [];
    },
  };
  expect((await readInto(createInfinibandSource(many))).valueOf('jidi_infiniband_ports_skipped')).toBe(6);
  dispose();
});
