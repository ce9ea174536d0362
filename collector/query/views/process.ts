// In: a process snapshot as it is stored. Out: the API's process table, busiest first.
import type { Process, ProcessTable } from '../../../shared/api/process.ts';
import type { ProcessSample } from '../../../shared/model/process.ts';
import type { StoredSnapshot } from '../../store/store.ts';
import { seconds } from './seconds.ts';

export function toProcessTable(node: string, snapshot: StoredSnapshot | null): ProcessTable {
  if (snapshot === null) return noSnapshot(node);
  const busiestFirst = snapshot.processes.toSorted(
    (a, b) => b.cpuRatio - a.cpuRatio || b.residentBytes - a.residentBytes || a.pid - b.pid,
  );
  const { processCount, zombieCount, uninterruptibleCount } = snapshot;
  return {
    node,
    time: seconds(snapshot.timeMs),
    processCount,
    zombieCount,
    uninterruptibleCount,
    processes: busiestFirst.map(toProcess),
  };
}

function noSnapshot(node: string): ProcessTable {
  return { node, time: null, processCount: 0, zombieCount: null, uninterruptibleCount: null, processes: [] };
}

function toProcess({ startTimeMs, uid: _uid, ...process }: ProcessSample): Process {
  return { ...process, startTime: seconds(startTimeMs) };
}
