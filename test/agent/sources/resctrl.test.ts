// Memory bandwidth: words in place of numbers, a later mount, many domains.
import { expect, test } from 'vitest';
import { createBandwidthSource } from '../../../agent/sources/memory/bandwidth.ts';
import { editMachine, readValues } from './edited-machine.ts';

const folder = 'sys/fs/resctrl/mon_data';
const local = (domain: number): string => `jidi_memory_bandwidth_local_bytes_total{domain="${domain}"}`;

test.each(['Unavailable', 'Unassigned', 'Error', '-1', ''])('%j is absence, and told as a lack', (word) => {
  const machine = editMachine('two-socket');
  machine.write(`${folder}/mon_L3_00/mbm_local_bytes`, `${word}\n`);
  const source = createBandwidthSource(machine.host);
  const values = readValues(source);
  expect(values.has(local(0))).toBe(false);
  expect(values.get(local(1))).toBe(4_503_599_627_370_496);
  expect(source.lacks?.().map(({ what }) => what)).toEqual([
    'mon_L3_00/mbm_local_bytes',
    'mon_L3_01/llc_occupancy',
  ]);
});

test('a number comes back when the counter is available again', () => {
  const machine = editMachine('two-socket');
  const source = createBandwidthSource(machine.host);
  const occupancy = 'jidi_llc_occupancy_bytes{domain="1"}';
  expect(readValues(source).has(occupancy)).toBe(false);
  machine.write(`${folder}/mon_L3_01/llc_occupancy`, '4096\n');
  expect(readValues(source).get(occupancy)).toBe(4096);
  expect(source.lacks?.()).toEqual([]);
});

test('a CPU that counts occupancy only is read without failing', () => {
  const machine = editMachine('two-socket');
  for (const domain of ['mon_L3_00', 'mon_L3_01']) {
    for (const name of ['mbm_local_bytes', 'mbm_total_bytes']) machine.remove(`${folder}/${domain}/${name}`);
  }
  expect([...readValues(createBandwidthSource(machine.host)).keys()]).toEqual([
    'jidi_llc_occupancy_bytes{domain="0"}',
  ]);
});

test('without a mount the probe says how to mount; after it there are values', () => {
  const machine = editMachine('vm');
  const source = createBandwidthSource(machine.host);
  expect(source.probe()).toMatchObject({
    present: false,
    remedy: expect.stringContaining('mount -t resctrl'),
  });
  machine.write(`${folder}/mon_L3_12/mbm_local_bytes`, '64\n');
  expect(source.probe()).toEqual({ present: true });
  expect(readValues(source).get(local(12))).toBe(64);
});

test('many domains are read less often: each file interrupts a core', () => {
  const machine = editMachine('two-socket');
  expect(createBandwidthSource(machine.host).everyMs).toBeUndefined();
  for (let domain = 2; domain < 16; domain += 1) {
    machine.write(`${folder}/mon_L3_${String(domain).padStart(2, '0')}/mbm_total_bytes`, '1\n');
  }
  expect(createBandwidthSource(machine.host).everyMs).toBe(5000);
});
