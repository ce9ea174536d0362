// Socket counts of kernels with more words, fewer words and no IPv6.
import { expect, test } from 'vitest';
import { createSocketsSource } from '../../../agent/sources/network/sockets.ts';
import { editMachine, readValues } from './edited-machine.ts';

test('a word that is not known ends its line and no other', () => {
  const machine = editMachine('arm64');
  machine.write('proc/net/sockstat', 'TCP: inuse 3 new 9 tw 4\nMPTCP: inuse 8\nUDP: inuse 5 mem 6\n');
  expect(Object.fromEntries(readValues(createSocketsSource(machine.host)))).toEqual({
    node_sockstat_TCP_inuse: 3,
    node_sockstat_UDP_inuse: 5,
    node_sockstat_UDP_mem: 6,
    node_sockstat_UDP_mem_bytes: 6 * 65_536,
  });
});

test('a value that is no number is absent, in pages and in bytes', () => {
  const machine = editMachine('arm64');
  machine.write('proc/net/sockstat', 'UDP: inuse 5 mem -6\n');
  expect(Object.fromEntries(readValues(createSocketsSource(machine.host)))).toEqual({
    node_sockstat_UDP_inuse: 5,
  });
});

test('IPv6 is told when it is there', () => {
  const machine = editMachine('arm64');
  const source = createSocketsSource(machine.host);
  const name = 'node_sockstat_TCP6_inuse';
  expect(readValues(source).has(name)).toBe(false);
  machine.write('proc/net/sockstat6', 'TCP6: inuse 7\n');
  expect(readValues(source).get(name)).toBe(7);
});
