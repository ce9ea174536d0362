// One full report of this machine, for people and scripts. In: a host, its sources. Out: a NodeReport. Two readings with
// a second between them, so that the CPU use of processes is known. Nothing is sent and nothing is written.
import { errorMessage } from '../../shared/errors.ts';
import type { ProcessSnapshot } from '../../shared/model/process.ts';
import type { Host } from '../host/host.ts';
import { ProcessScanner } from '../processes/process-scanner.ts';
import type { Source } from '../sources/source.ts';
import { pauseBetweenReadings, type SourceReport, surveySources } from './survey-sources.ts';

export interface NodeReport {
  readonly node: string;
  readonly timeMs: number;
  readonly version: string;
  readonly sources: readonly SourceReport[];
  /** null when the process table cannot be read; then the reason is given. */
  readonly snapshot: ProcessSnapshot | null;
  readonly snapshotFailure: string | null;
}

export interface NodeReportOptions {
  readonly node: string;
  readonly version: string;
  readonly host: Host;
  readonly sources: readonly Source[];
  readonly pause?: () => Promise<void>;
}

export async function takeNodeReport(options: NodeReportOptions): Promise<NodeReport> {
  const { node, version, host } = options;
  const scan = openScan(host);
  const sources = await surveySources(options.sources, host.clock, options.pause ?? pauseBetweenReadings);
  const timeMs = host.clock.now();
  return { node, timeMs, version, sources, ...scan(timeMs) };
}

type Scan = (timeMs: number) => Pick<NodeReport, 'snapshot' | 'snapshotFailure'>;

/** Takes the first reading now; the answer measures from it. */
function openScan(host: Host): Scan {
  const failed = (error: unknown) => ({ snapshot: null, snapshotFailure: errorMessage(error) });
  try {
    const scanner = new ProcessScanner(host);
    return (timeMs) => {
      try {
        return { snapshot: scanner.scan(timeMs), snapshotFailure: null };
      } catch (error) {
        return failed(error);
      }
    };
  } catch (error) {
    return () => failed(error);
  }
}
