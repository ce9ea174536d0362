import { describe, expect, test } from 'vitest';
import { createLoadReader, deriveLoad, unknownLoad } from '../../../collector/query/node-load.ts';
import type { MetricTick } from '../../../shared/model/metric.ts';
import { series, t0, tick } from '../store/open-store.ts';

type Values = Readonly<Record<string, number>>;

/** A tick from `metric` or `metric name=value` to value. */
function tickOf(second: number, values: Values): MetricTick {
  const definitions = Object.keys(values).map((key) => {
    const [metric = '', ...labels] = key.split(' ');
    return series(metric, Object.fromEntries(labels.map((label) => label.split('=') as [string, string])));
  });
  return tick(t0 + second * 1000, definitions, Object.values(values));
}

const cpu = (idle: number, iowait: number, user: number, prefix = 'jidi_cpu_seconds_total'): Values => ({
  [`${prefix} mode=idle`]: idle,
  [`${prefix} mode=iowait`]: iowait,
  [`${prefix} mode=user`]: user,
});

describe('load of a node', () => {
  test('busy share of the cores: all but idle and iowait', () => {
    const load = deriveLoad(tickOf(0, cpu(100, 10, 50)), tickOf(5, cpu(106, 11, 53)));
    expect(load.cpuRatio).toBeCloseTo(0.3);
  });

  test('without totals the cores are summed', () => {
    const core = (n: number, values: Values) =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [`${key} cpu=${n}`, value]));
    const name = 'node_cpu_seconds_total';
    const before = { ...core(0, cpu(0, 0, 0, name)), ...core(1, cpu(0, 0, 0, name)) };
    const after = { ...core(0, cpu(1, 0, 3, name)), ...core(1, cpu(4, 0, 0, name)) };
    expect(deriveLoad(tickOf(0, before), tickOf(5, after)).cpuRatio).toBeCloseTo(3 / 8);
    const totals = deriveLoad(
      tickOf(0, { ...before, ...cpu(0, 0, 0) }),
      tickOf(5, { ...after, ...cpu(5, 0, 5) }),
    );
    expect(totals.cpuRatio).toBeCloseTo(0.5);
  });

  test('iowait that steps back a little does not spoil the share', () => {
    const load = deriveLoad(tickOf(0, cpu(100, 10, 50)), tickOf(5, cpu(105, 9.99, 55)));
    expect(load.cpuRatio).toBeCloseTo(0.5);
  });

  test('memory, load, disks and interfaces but lo', () => {
    const at = (second: number, factor: number) =>
      tickOf(second, {
        node_memory_MemTotal_bytes: 1000,
        node_memory_MemAvailable_bytes: 250,
        node_load1: 1.5,
        'node_disk_read_bytes_total device=sda': 100 * factor,
        'node_disk_written_bytes_total device=sda': 10 * factor,
        'node_disk_written_bytes_total device=sdb': 1 * factor,
        'node_network_receive_bytes_total device=eth0': 1000 * factor,
        'node_network_transmit_bytes_total device=eth0': 500 * factor,
        'node_network_transmit_bytes_total device=lo': 9999 * factor,
      });
    expect(deriveLoad(at(0, 1), at(2, 3))).toEqual({
      cpuRatio: null,
      memoryRatio: 0.75,
      load1: 1.5,
      diskBytesPerSecond: 111,
      networkBytesPerSecond: 1500,
      quiet: false,
    });
  });

  test('a node is quiet when its newest tick says so', () => {
    const [loud, quiet] = [0, 1].map((value) => tickOf(5, { jidi_agent_quiet: value }));
    expect([loud, quiet].map((tick) => tick && deriveLoad(undefined, tick).quiet)).toEqual([false, true]);
  });

  test('what the node does not tell is null, not 0: nothing told, one tick only, absent values, a restart', () => {
    expect(deriveLoad(tickOf(0, {}), tickOf(5, {}))).toEqual(unknownLoad);
    expect(deriveLoad(undefined, tickOf(5, { ...cpu(1, 1, 1), node_load1: 2 }))).toEqual({
      ...unknownLoad,
      load1: 2,
    });
    const disk = (value: number) => ({ 'node_disk_read_bytes_total device=sda': value });
    expect(deriveLoad(tickOf(0, disk(5)), tickOf(5, disk(Number.NaN))).diskBytesPerSecond).toBeNull();
    expect(deriveLoad(tickOf(0, disk(5000)), tickOf(5, disk(10))).diskBytesPerSecond).toBeNull();
    expect(deriveLoad(tickOf(0, cpu(900, 90, 50)), tickOf(5, cpu(1, 0, 1))).cpuRatio).toBeNull();
  });

  test('series that moved to other places are found again', () => {
    const before = tickOf(0, { node_load1: 1, 'node_disk_read_bytes_total device=sda': 100 });
    const after = tickOf(5, {
      'node_disk_read_bytes_total device=sdb': 7,
      'node_disk_read_bytes_total device=sda': 150,
      node_load1: 1,
    });
    expect(deriveLoad(before, after).diskBytesPerSecond).toBe(10);
  });

  test('old ticks say nothing of now, and ticks far apart give no rate', () => {
    const read = createLoadReader();
    const disk = (second: number, value: number) =>
      tickOf(second, { node_load1: 1, 'node_disk_read_bytes_total device=sda': value });
    const near = [disk(0, 0), disk(5, 50)];
    const far = [disk(0, 0), disk(26, 50)];
    const at = (second: number) => ({ intervalMs: 5000, nowMs: t0 + second * 1000 });
    expect(read(near, at(30))).toMatchObject({ load1: 1, diskBytesPerSecond: 10 });
    expect(read(near, at(30))).toBe(read(near, at(6)));
    expect(read(near, at(30.001))).toEqual(unknownLoad);
    expect(read(far, at(30))).toEqual({ ...unknownLoad, load1: 1 });
    expect(read([], at(0))).toEqual(unknownLoad);
  });
});
