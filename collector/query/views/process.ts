// In: a process snapshot as it is stored. Out: the API's process table, busiest first, of one job if so wished.
import type { Process, ProcessTable } from '../../../shared/api/process.ts';
import type { ProcessSample, ProcessSnapshot } from '../../../shared/model/process.ts';
import { seconds } from './seconds.ts';

export function toProcessTable(node: string, snapshot: ProcessSnapshot | null, job?: string): ProcessTable {
  if (snapshot === null) return noSnapshot(node);
  const wanted = snapshot.processes.filter((process) => job === undefined || process.job === job);
  const busiestFirst = wanted.toSorted(
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
