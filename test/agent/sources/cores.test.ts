// Lists of cores as the kernel writes them.
import { expect, test } from 'vitest';
import { ByteCursor } from '../../../agent/host/byte-cursor.ts';
import { OnlineCores, parseCoreList } from '../../../agent/sources/processor/cores.ts';
import { editMachine } from './edited-machine.ts';

const parse = (text: string): readonly number[] => parseCoreList(new ByteCursor(Buffer.from(text)));

test('ranges and single cores', () => {
  expect(parse('0\n')).toEqual([0]);
  expect(parse('0-2,8,10-11\n')).toEqual([0, 1, 2, 8, 10, 11]);
});

test.each(['', '0-3', '\n', '3-0\n', '0-99999\n', '0,,1\n', '-1\n', '0-1 \n', 'all\n'])(
  'no list is taken from %j',
  (text) => {
    expect(parse(text)).toEqual([]);
  },
);

test('the list is the same object until the kernel tells another one', () => {
  const machine = editMachine('two-socket');
  const cores = new OnlineCores(machine.host);
  const first = cores.current();
  expect(first.map(({ number }) => number)).toEqual([0, 1, 3]);
  expect(cores.current()).toBe(first);
  machine.write('sys/devices/system/cpu/online', '0\n');
  expect(cores.current()).toEqual([{ number: 0, package: 0, core: 0 }]);
  machine.write('sys/devices/system/cpu/online', '');
  expect(() => cores.current()).toThrow('no list of cores');
});

test('a core without a readable place makes the list unknown, now and again', () => {
  const machine = editMachine('two-socket');
  const path = 'sys/devices/system/cpu/cpu1/topology/core_id';
  machine.write(path, 'x\n');
  const cores = new OnlineCores(machine.host);
  for (const _ of [1, 2]) expect(() => cores.current()).toThrow('core_id: no number');
  machine.write(path, '0\n');
  expect(cores.current()).toHaveLength(3);
});
