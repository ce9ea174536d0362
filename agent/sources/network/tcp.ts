// Traffic and failures by protocol, from /proc/net/snmp and /proc/net/netstat (proc_net(5), snmp_counter.rst).
// In: pairs of lines: names, numbers. Out: what node_exporter tells of these files, under its names. Those of IPv6,
// which stand in a file of their own, are left out. It is the network namespace of the agent that is told.
import { counter, gauge, type MetricDefinition } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import type { KernelFile } from '../../host/kernel-files.ts';
import { probeFile, readParts, requireContent } from '../reading.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { SampleSink, Source } from '../source.ts';
import { HeaderColumns } from './header-columns.ts';

const snmpFields: readonly (readonly [protocol: string, fields: Readonly<Record<string, string>>])[] = [
  ['Ip', { Forwarding: '1 when the node routes packets, 2 when not.' }],
  [
    'Icmp',
    {
      InMsgs: 'Messages received.',
      InErrors: 'Messages received with errors.',
      OutMsgs: 'Messages sent.',
    },
  ],
  [
    'Tcp',
    {
      ActiveOpens: 'Connections opened from here.',
      PassiveOpens: 'Connections opened from elsewhere.',
      CurrEstab: 'Connections that are open.',
      InSegs: 'Segments received.',
      OutSegs: 'Segments sent, without those sent again.',
      RetransSegs: 'Segments sent again.',
      InErrs: 'Segments received with errors.',
      OutRsts: 'Connections refused or broken off from here.',
    },
  ],
  [
    'Udp',
    {
      InDatagrams: 'Datagrams received.',
      NoPorts: 'Datagrams received that nobody waited for.',
      InErrors: 'Datagrams received and lost.',
      OutDatagrams: 'Datagrams sent.',
      RcvbufErrors: 'Datagrams lost because the receive buffer was full.',
      SndbufErrors: 'Datagrams lost because the send buffer was full.',
    },
  ],
  ['UdpLite', { InErrors: 'Datagrams received and lost.' }],
];
const netstatFields: typeof snmpFields = [
  [
    'TcpExt',
    {
      SyncookiesSent: 'SYN cookies sent.',
      SyncookiesRecv: 'SYN cookies received.',
      SyncookiesFailed: 'SYN cookies received that were wrong.',
      ListenOverflows: 'Connections lost because a program did not accept them in time.',
      ListenDrops: 'Connections lost while they opened, for any reason.',
      TCPTimeouts: 'Timeouts of retransmission.',
      TCPSynRetrans: 'SYN segments sent again.',
    },
  ],
  ['IpExt', { InOctets: 'Bytes received.', OutOctets: 'Bytes sent.' }],
];
const gauges = new Set(['Forwarding', 'CurrEstab']);

export function createNetstatSource(host: Host): Source {
  const tables = [createTable(host, 'snmp', snmpFields), createTable(host, 'netstat', netstatFields)];
  return {
    name: 'netstat',
    reads: '/proc/net/snmp, /proc/net/netstat',
    metrics: tables.flatMap(({ protocols }) => protocols.flatMap(({ metrics }) => metrics)),
    everyMs: 5000,
    probe: () => probeFile(host, `${host.roots.proc}/net/snmp`, 'Mount /proc.'),
    close() {
      for (const { file } of tables) file.close();
    },
    read(sink) {
      readParts(tables.map((table) => () => readTable(table, sink)));
    },
  };
}

interface Protocol {
  /** 'Tcp: ' */
  readonly prefix: string;
  readonly metrics: readonly MetricDefinition[];
  readonly header: HeaderColumns;
  readonly row: SeriesRow;
}

interface Table {
  readonly file: KernelFile;
  readonly protocols: readonly Protocol[];
}

function createTable(host: Host, name: string, known: typeof snmpFields): Table {
  const protocols = known.map(([protocol, fields]) => {
    const metrics = Object.entries(fields).map(([field, help]) => {
      const define = gauges.has(field) ? gauge : counter;
      return define(`node_netstat_${protocol}_${field}`, 0, `${protocol}: ${help}`);
    });
    const header = new HeaderColumns(Object.keys(fields));
    return { prefix: `${protocol}: `, metrics, header, row: createRow(metrics, {}) };
  });
  return { file: host.keep(`${host.roots.proc}/net/${name}`), protocols };
}

function readTable({ file, protocols }: Table, sink: SampleSink): void {
  const cursor = file.read();
  let found = 0;
  while (cursor.nextLine()) {
    const protocol = protocols.find(({ prefix }) => cursor.accept(prefix));
    if (protocol === undefined) continue;
    const columns = protocol.header.of(cursor);
    if (!cursor.nextLine() || !cursor.accept(protocol.prefix)) continue;
    for (const { wanted, skip } of columns) {
      cursor.skipWords(skip);
      protocol.row.set(sink, wanted, cursor.integer());
      found += 1;
    }
  }
  requireContent(cursor, file.path, found);
}
