// Throttle counts: which file stands for which core and package.
import { expect, test } from 'vitest';
import { createThrottleSource } from '../../../agent/sources/processor/throttle.ts';
import { editMachine, readValues } from './edited-machine.ts';

const folder = 'sys/devices/system/cpu';

test('the first thread stands for its core, the first core for its package', () => {
  const machine = editMachine('two-socket');
  const values = readValues(createThrottleSource(machine.host));
  expect(values.get('node_cpu_core_throttles_total{core="0",package="1"}')).toBe(0);
  expect(values.get('node_cpu_package_throttles_total{package="0"}')).toBe(23);
});

test('no other thread is asked when the first one cannot be read', () => {
  const machine = editMachine('two-socket');
  machine.write(`${folder}/cpu1/thermal_throttle/core_throttle_count`, '');
  const values = readValues(createThrottleSource(machine.host));
  expect(values.has('node_cpu_core_throttles_total{core="0",package="1"}')).toBe(false);
  expect(values.get('node_cpu_core_throttles_total{core="0",package="0"}')).toBe(17);
});

test('when a thread goes offline its sibling stands for the core', () => {
  const machine = editMachine('two-socket');
  const source = createThrottleSource(machine.host);
  readValues(source);
  machine.write(`${folder}/online`, '0,3\n');
  expect(readValues(source).get('node_cpu_core_throttles_total{core="0",package="1"}')).toBe(1);
});

test('Linux before 5.5 tells no time, and everything else', () => {
  const machine = editMachine('two-socket');
  machine.remove(`${folder}/cpu0/thermal_throttle/package_throttle_total_time_ms`);
  const source = createThrottleSource(machine.host);
  for (const values of [readValues(source), readValues(source)]) {
    expect([...values.keys()].filter((name) => name.includes('seconds'))).toEqual([]);
    expect(values.size).toBe(4);
  }
});
