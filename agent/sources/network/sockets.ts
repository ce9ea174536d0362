// Sockets by protocol, from /proc/net/sockstat and sockstat6 (proc_net(5)). In: lines `TCP: inuse 5 orphan 0 …`.
// Out: counts under node_exporter's names, and the memory of TCP and UDP buffers also in bytes. It is the network
// namespace of the agent that is told.
import { gauge, type MetricDefinition } from '../../../shared/model/metric.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import type { Host } from '../../host/host.ts';
import { probeFile, readIfThere, readParts, requireContent } from '../reading.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { SampleSink, Source } from '../source.ts';

/** Protocols and their words, in the kernel's order. */
const version4: readonly (readonly [protocol: string, ...words: string[]])[] = [
  ['sockets', 'used'],
  ['TCP', 'inuse', 'orphan', 'tw', 'alloc', 'mem'],
  ['UDP', 'inuse', 'mem'],
  ['UDPLITE', 'inuse'],
  ['RAW', 'inuse'],
  ['FRAG', 'inuse', 'memory'],
];
const version6: typeof version4 = [
  ['TCP6', 'inuse'],
  ['UDP6', 'inuse'],
  ['UDPLITE6', 'inuse'],
  ['RAW6', 'inuse'],
  ['FRAG6', 'inuse', 'memory'],
];

const helpOf: Readonly<Record<string, string>> = {
  used: 'Sockets of all kinds in use.',
  inuse: 'in use.',
  orphan: 'without a process.',
  tw: 'that wait for late packets after their end.',
  alloc: 'that have memory.',
  mem: 'buffers, in pages.',
  mem_bytes: 'buffers, in bytes.',
  memory: 'memory for packets in parts, in bytes.',
};

export function createSocketsSource(host: Host): Source {
  const pageBytes = host.facts.pageSizeBytes;
  const families = [createFamily(host, 'sockstat', version4), createFamily(host, 'sockstat6', version6)];
  return {
    name: 'sockets',
    reads: '/proc/net/sockstat, /proc/net/sockstat6',
    metrics: families.flatMap(({ protocols }) => protocols.flatMap(({ metrics }) => metrics)),
    everyMs: 5000,
    probe: () => probeFile(host, `${host.roots.proc}/net/sockstat`, 'Mount /proc.'),
    close() {
      for (const { file } of families) file.close();
    },
    read(sink) {
      readParts(families.map((family) => () => readFamily(family, sink, pageBytes)));
    },
  };
}

interface Protocol {
  /** 'TCP: ' */
  readonly prefix: string;
  /** 'inuse ', as they follow on the line. */
  readonly words: readonly string[];
  /** One per word; where there is a word `mem`, one more at the end for bytes. */
  readonly metrics: readonly MetricDefinition[];
  readonly row: SeriesRow;
}

type Family = ReturnType<typeof createFamily>;

function createFamily(host: Host, name: string, known: typeof version4) {
  return { file: host.keep(`${host.roots.proc}/net/${name}`), protocols: known.map(createProtocol) };
}

function createProtocol([protocol, ...words]: (typeof version4)[number]): Protocol {
  const told = words.includes('mem') ? [...words, 'mem_bytes'] : words;
  const metrics = told.map((word) => {
    const help = word === 'used' ? helpOf[word] : `${protocol}: sockets ${helpOf[word]}`;
    return gauge(`node_sockstat_${protocol}_${word}`, 0, help ?? '');
  });
  const row = createRow(metrics, {});
  return { prefix: `${protocol}: `, words: words.map((word) => `${word} `), metrics, row };
}

function readFamily({ file, protocols }: Family, sink: SampleSink, pageBytes: number): void {
  const cursor = readIfThere(file);
  // A kernel without IPv6 has no sockstat6.
  if (cursor === null) return;
  let found = 0;
  while (cursor.nextLine()) {
    const protocol = protocols.find(({ prefix }) => cursor.accept(prefix));
    if (protocol === undefined) continue;
    readProtocol(cursor, protocol, { sink, pageBytes });
    found += 1;
  }
  requireContent(cursor, file.path, found);
}

/** Words that are not known here end the line's reading. */
function readProtocol(
  cursor: ByteCursor,
  { words, row }: Protocol,
  { sink, pageBytes }: { sink: SampleSink; pageBytes: number },
): void {
  for (let i = 0; i < words.length; i += 1) {
    cursor.skipSpaces();
    const word = words[i] ?? '';
    if (!cursor.accept(word)) return;
    const value = cursor.integer();
    row.set(sink, i, value);
    if (word === 'mem ') row.set(sink, words.length, value * pageBytes);
  }
}
