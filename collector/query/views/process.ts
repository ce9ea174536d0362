// In: a process snapshot as it is stored. Out: the API's process table, busiest first.
import type { Process, ProcessTable } from '../../../shared/api/process.ts';
import type { ProcessSample, ProcessSnapshot } from '../../../shared/model/process.ts';
import { seconds } from './seconds.ts';

export function toProcessTable(node: string, snapshot: ProcessSnapshot | null): ProcessTable {
  if (snapshot === null) return { node, time: null, processCount: 0, processes: [] };
  const busiestFirst = snapshot.processes.toSorted(
    (a, b) => b.cpuRatio - a.cpuRatio || b.residentBytes - a.residentBytes || a.pid - b.pid,
  );
  return {
    node,
    time: seconds(snapshot.timeMs),
    processCount: snapshot.processCount,
    processes: busiestFirst.map(toProcess),
  };
}

function toProcess({ startTimeMs, uid: _uid, ...process }: ProcessSample): Process {
  return { ...process, startTime: seconds(startTimeMs) };
}
