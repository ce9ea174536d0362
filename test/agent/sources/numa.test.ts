// Memory of NUMA nodes that come and go, and lines that are not what they seem.
import { expect, test } from 'vitest';
import { createNumaSource } from '../../../agent/sources/memory/numa.ts';
import { editMachine, readValues } from './edited-machine.ts';

const folder = 'sys/devices/system/node';
const total = (node: number): string => `node_memory_numa_MemTotal{node="${node}"}`;

test('memory that is plugged in is found within a minute', () => {
  const machine = editMachine('vm');
  const source = createNumaSource(machine.host);
  expect(readValues(source).has(total(1))).toBe(false);
  machine.write(`${folder}/node1/meminfo`, 'Node 1 MemTotal:   4 kB\n');
  machine.write(`${folder}/node1/numastat`, 'numa_hit 7\n');
  machine.nowMs += 59_000;
  expect(readValues(source).has(total(1))).toBe(false);
  machine.nowMs += 1000;
  const values = readValues(source);
  expect(values.get(total(1))).toBe(4096);
  expect(values.get('node_memory_numa_numa_hit_total{node="1"}')).toBe(7);
});

test('a line of another node, without its unit, or with more words is passed over', () => {
  const machine = editMachine('vm');
  machine.write(
    `${folder}/node0/meminfo`,
    'Node 1 MemTotal: 4 kB\nNode 0 MemFree: 5\nNode 0 MemUsed: 6 kB more\nNode 0 HugePages_Total: 7 kB\nNode 0 Dirty: 8 kB\n',
  );
  const values = readValues(createNumaSource(machine.host));
  const memory = [...values.keys()].filter((name) => !name.includes('_total{'));
  expect(memory).toEqual(['node_memory_numa_Dirty{node="0"}']);
});

test('the other node is told when one cannot be read', () => {
  const machine = editMachine('two-socket');
  machine.remove(`${folder}/node0/meminfo`);
  const values = readValues(createNumaSource(machine.host));
  expect(values.has(total(0))).toBe(false);
  expect(values.get(total(1))).toBe(264_062_688 * 1024);
});
