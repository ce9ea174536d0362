// The table of tracked connections: hexadecimal, a row per core that may be.
import { expect, test } from 'vitest';
import { createConntrackSource } from '../../../agent/sources/network/conntrack.ts';
import { editMachine, readValues } from './edited-machine.ts';

const drop = 'node_nf_conntrack_stat_drop';

function read(rows: readonly string[], possible = '0-1\n'): ReadonlyMap<string, number> {
  const machine = editMachine('vm');
  machine.write('sys/devices/system/cpu/possible', possible);
  machine.write('proc/net/stat/nf_conntrack', ['entries  drop', ...rows, ''].join('\n'));
  return readValues(createConntrackSource(machine.host));
}

test('rows are summed as hexadecimal numbers', () => {
  expect(read(['00000001  0000000f', '00000001  000000a0']).get(drop)).toBe(0xaf);
});

test.each([
  ['a core is missing', ['00000001 00000001']],
  ['there is one row too many', ['1 1', '1 1', '1 1']],
  ['a word is no number', ['1 1', '1 g']],
  ['a word is too long', ['1 1', '1 100000000']],
  ['a row ends early', ['1 1', '1']],
])('nothing is summed when %s', (_, rows) => {
  const values = read(rows);
  expect(values.has(drop)).toBe(false);
  expect(values.get('node_nf_conntrack_entries')).toBe(0);
});

test('nothing is summed when it is not known how many cores there may be', () => {
  expect(read(['1 1', '1 1'], '').has(drop)).toBe(false);
});
