// Lines of /proc/vmstat in an order of another kernel, cut, and named alike.
import { expect, test } from 'vitest';
import { createVmstatSource } from '../../../agent/sources/memory/vmstat.ts';
import { editMachine, readValues } from './edited-machine.ts';

function read(text: string): Record<string, number> {
  const machine = editMachine('vm');
  machine.write('proc/vmstat', text);
  return Object.fromEntries(readValues(createVmstatSource(machine.host)));
}

test('a field is found wherever it stands', () => {
  expect(read('nr_free_pages 1\noom_kill 2\npgfault 3\npgpgin 4\n')).toEqual({
    node_vmstat_oom_kill: 2,
    node_vmstat_pgfault: 3,
    node_vmstat_pgpgin: 4,
  });
});

test('a longer name is another field', () => {
  expect(read('nr_free_pages 1\npgscan_direct_throttle 9\npgpgin 4\n')).toEqual({ node_vmstat_pgpgin: 4 });
});

test('what is no whole number on a whole line is absent', () => {
  expect(read('nr_free_pages 1\npgpgin \npgpgout 12 \npswpin -1\npswpout 0x1\npgfault 123')).toEqual({});
  expect(read('nr_free_pages 1\npgpgin 123456789012345678901234\n')).toEqual({});
});

test('a kernel that never killed for memory tells 0, one that does not count it tells nothing', () => {
  expect(read('nr_free_pages 1\npgpgin 4\noom_kill 0\n')).toEqual({
    node_vmstat_pgpgin: 4,
    node_vmstat_oom_kill: 0,
  });
  expect(read('nr_free_pages 1\npgpgin 4\n')).not.toHaveProperty('node_vmstat_oom_kill');
});
