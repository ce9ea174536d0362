// Frequencies of cores that come, go, are unknown, or are slow to ask.
import { expect, test } from 'vitest';
import { createFrequencySource } from '../../../agent/sources/processor/frequency.ts';
import { editMachine, readValues } from './edited-machine.ts';

const stat = (number: number, word: string): string =>
  `jidi_cpu_frequency_hertz{package="${number}",stat="${word}"}`;

test('nothing is told of a package of which one core is unknown', () => {
  const machine = editMachine('two-socket');
  const source = createFrequencySource(machine.host);
  machine.write('sys/devices/system/cpu/cpu3/cpufreq/scaling_cur_freq', '<unknown>\n');
  const values = readValues(source);
  expect(values.get(stat(0, 'mean'))).toBe(2_401_234_000);
  for (const word of ['min', 'mean', 'max']) expect(values.has(stat(1, word))).toBe(false);
  expect(values.get('node_cpu_scaling_frequency_hertz{cpu="1"}')).toBe(3_400_123_000);
  expect(values.has('node_cpu_scaling_frequency_hertz{cpu="3"}')).toBe(false);
  expect(source.lacks?.()).toMatchObject([{ reason: expect.stringContaining('1 of 3 cores') }]);
});

test('a frequency of 0 is one that the driver does not know', () => {
  const machine = editMachine('two-socket');
  machine.write('sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq', '0\n');
  expect(readValues(createFrequencySource(machine.host)).has(stat(0, 'min'))).toBe(false);
});

test('a core that goes offline is left out from the next reading on', () => {
  const machine = editMachine('two-socket');
  const source = createFrequencySource(machine.host);
  expect(readValues(source).get(stat(1, 'min'))).toBe(800_001_000);
  machine.remove('sys/devices/system/cpu/cpu3');
  machine.write('sys/devices/system/cpu/online', '0-1\n');
  expect(readValues(source).get(stat(1, 'min'))).toBe(3_400_123_000);
});

test('on more than 32 hardware threads only packages are told', () => {
  const machine = editMachine('arm64');
  for (let number = 4; number < 40; number += 1) {
    const folder = `sys/devices/system/cpu/cpu${number}`;
    machine.write(`${folder}/topology/physical_package_id`, '0\n');
    machine.write(`${folder}/topology/core_id`, `${number}\n`);
    machine.write(`${folder}/cpufreq/scaling_cur_freq`, '900000\n');
  }
  machine.write('sys/devices/system/cpu/online', '0-39\n');
  const values = readValues(createFrequencySource(machine.host));
  expect(values.get(stat(0, 'min'))).toBe(900_000_000);
  expect([...values.keys()].filter((name) => name.startsWith('node_'))).toEqual([]);
});

test('where the kernel knows of no packages the machine is package 0', () => {
  const machine = editMachine('arm64');
  for (let number = 0; number < 4; number += 1) {
    machine.write(`sys/devices/system/cpu/cpu${number}/topology/physical_package_id`, '-1\n');
  }
  expect(readValues(createFrequencySource(machine.host)).get(stat(0, 'max'))).toBe(3_000_000_000);
});

test('a slow driver is asked for one core per turn, and that is told as a sample and as a lack', () => {
  const machine = editMachine('arm64');
  machine.lookMs = 10;
  const source = createFrequencySource(machine.host);
  expect(source.lacks?.()).toEqual([]);
  readValues(source);
  expect(source.lacks?.()).toHaveLength(1);
  const samples = [1, 2, 3, 4].map(() => {
    const values = readValues(source);
    expect(values.has(stat(0, 'mean'))).toBe(false);
    return values.get(stat(0, 'sample'));
  });
  expect(samples).toEqual([2_999_123_000, 1_000_000_000, 2_400_000_000, 3_000_000_000]);
});
