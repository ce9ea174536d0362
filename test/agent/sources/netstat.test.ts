// Columns that move, and lines that do not belong together.
import { expect, test } from 'vitest';
import { createNetstatSource } from '../../../agent/sources/network/tcp.ts';
import { editMachine, readValues } from './edited-machine.ts';

function create() {
  const machine = editMachine('vm');
  machine.write('proc/net/netstat', 'IpExt: InOctets\nIpExt: 1\n');
  const source = createNetstatSource(machine.host);
  return (text: string): Record<string, number> => {
    machine.write('proc/net/snmp', text);
    const { node_netstat_IpExt_InOctets, ...values } = Object.fromEntries(readValues(source));
    expect(node_netstat_IpExt_InOctets).toBe(1);
    return values;
  };
}

test('columns are found by name, also when they move between two readings', () => {
  const read = create();
  const values = { node_netstat_Tcp_RetransSegs: 3, node_netstat_Tcp_InErrs: 4 };
  expect(read('Tcp: MaxConn RetransSegs InErrs\nTcp: -1 3 4\n')).toEqual(values);
  expect(read('Tcp: InErrs MaxConn RetransSegs\nTcp: 4 -1 3\n')).toEqual(values);
  expect(read('Tcp: MaxConn RetransSegs InErrs\nTcp: -1 3 4\n')).toEqual(values);
});

test('a name of the same length in the place of another is another column', () => {
  const read = create();
  expect(read('Udp: InErrors NoPorts\nUdp: 1 2\n')).toEqual({
    node_netstat_Udp_InErrors: 1,
    node_netstat_Udp_NoPorts: 2,
  });
  expect(read('Udp: InErrorz NoPorts\nUdp: 1 2\n')).toEqual({ node_netstat_Udp_NoPorts: 2 });
});

test('names without numbers, and numbers of another protocol, are absent', () => {
  const read = create();
  expect(read('Tcp: InErrs\nUdp: 5\n')).toEqual({});
  expect(read('Tcp: InErrs\nTcp: \n')).toEqual({});
  expect(read('Tcp: InErrs OutRsts\nTcp: 5\n')).toEqual({ node_netstat_Tcp_InErrs: 5 });
});
