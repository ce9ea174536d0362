// What the agent itself costs: CPU time of the program, memory from /proc/self/status (proc_pid_status(5)).
import { counter, gauge } from '../../../shared/model/metric.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import type { Host } from '../../host/host.ts';
import { probeFile, requireContent } from '../reading.ts';
import { createRow } from '../series-row.ts';
import type { Source } from '../source.ts';

const metrics = [
  counter('jidi_agent_cpu_seconds_total', 6, 'CPU time the agent has used, user and system.'),
  gauge('jidi_agent_resident_bytes', 0, 'Resident memory of the agent.'),
  gauge('jidi_agent_anonymous_bytes', 0, 'The part of the resident memory that no file backs.'),
];

export function createAgentSource(host: Host): Source {
  const path = `${host.roots.proc}/self/status`;
  const file = host.keep(path);
  const row = createRow(metrics, {});
  return {
    name: 'agent',
    reads: '/proc/self/status, getrusage',
    metrics,
    isQuiet: true,
    probe: () => probeFile(host, path, 'Mount /proc.'),
    close: () => file.close(),
    read(sink) {
      row.set(sink, 0, host.ownCpuMicroseconds() / 1e6);
      const cursor = file.read();
      const memory = parseStatusMemory(cursor);
      row.set(sink, 1, memory.residentBytes);
      row.set(sink, 2, memory.anonymousBytes);
      requireContent(cursor, path, Number.isNaN(memory.residentBytes) ? 0 : 1);
    },
  };
}

export interface StatusMemory {
  readonly residentBytes: number;
  /** NaN before Linux 4.5. */
  readonly anonymousBytes: number;
}

function parseStatusMemory(cursor: ByteCursor): StatusMemory {
  let residentBytes = Number.NaN;
  let anonymousBytes = Number.NaN;
  while (cursor.nextLine()) {
    if (cursor.accept('VmRSS:')) residentBytes = kilobytes(cursor);
    else if (cursor.accept('RssAnon:')) {
      anonymousBytes = kilobytes(cursor);
      break;
    }
  }
  return { residentBytes, anonymousBytes };
}

function kilobytes(cursor: ByteCursor): number {
  const value = cursor.integer();
  cursor.skipSpaces();
  return cursor.accept('kB') ? value * 1024 : Number.NaN;
}
