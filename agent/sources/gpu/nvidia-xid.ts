// XID errors of NVIDIA's driver, from the kernel's log. In: lines such as
// `NVRM: Xid (PCI:0000:3b:00): 79, pid=1234, GPU has fallen off the bus.` (docs.nvidia.com/deploy/xid-errors).
// Out: how many of each number each GPU has had, as far back as the log goes. It only counts messages of the kernel.

import { errorMessage } from '../../../shared/errors.ts';
import { counter } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { Lack, SampleSink } from '../source.ts';

export const xidErrors = counter(
  'jidi_gpu_xid_errors_total',
  0,
  'Errors that the NVIDIA driver wrote to the kernel log, as far back as that goes; absent when there was none.',
);

const pattern = /^NVRM: Xid \(PCI:([0-9a-f:.]{4,16})\): (\d{1,4})\b/i;
const mostSeries = 128;
/** Opening the log is refused for ever without the right; new lines are rare. */
const readEveryMs = 5_000;
const refusedEveryMs = 300_000;

export interface XidCounter {
  /** Sets all counts; reads the log now and then. `gpuAt` gives the number of the GPU at a PCI address. */
  read(sink: SampleSink, gpuAt: (pciAddress: string) => string | undefined): void;
  lacks(): readonly Lack[];
  close(): void;
}

export function createXidCounter(host: Host): XidCounter {
  const log = host.kernelLog();
  const counts = new Map<string, { row: SeriesRow; count: number }>();
  let refusal: string | null = null;
  let dueAtMs = Number.NEGATIVE_INFINITY;

  const note = (message: string, gpuAt: (pciAddress: string) => string | undefined): void => {
    const [, pci = '', xid = ''] = pattern.exec(message) ?? [];
    if (xid === '') return;
    const key = `${pci} ${xid}`;
    let entry = counts.get(key);
    if (entry === undefined) {
      if (counts.size >= mostSeries) return;
      const gpu = gpuAt(pci.toLowerCase()) ?? pci.toLowerCase();
      entry = { row: createRow([xidErrors], { gpu, xid: String(Number(xid)) }), count: 0 };
      counts.set(key, entry);
    }
    entry.count += 1;
  };

  return {
    read(sink, gpuAt) {
      const nowMs = host.clock.monotonic();
      if (nowMs >= dueAtMs) {
        refusal = refusalOf(() => log.readNew((message) => note(message, gpuAt)));
        dueAtMs = nowMs + (refusal === null ? readEveryMs : refusedEveryMs);
      }
      for (const { row, count } of counts.values()) row.set(sink, 0, count);
    },
    lacks: () => (refusal === null ? [] : [lackOf(refusal)]),
    close() {
      log.close();
      counts.clear();
      dueAtMs = Number.NEGATIVE_INFINITY;
    },
  };
}

function refusalOf(read: () => void): string | null {
  try {
    read();
    return null;
  } catch (error) {
    return errorMessage(error);
  }
}

function lackOf(reason: string): Lack {
  const remedy =
    'Let the agent read the kernel log: `ProtectKernelLogs=no` and `DeviceAllow=/dev/kmsg r` in its unit, and there ' +
    '`AmbientCapabilities=CAP_SYSLOG`, or `sysctl kernel.dmesg_restrict=0` (docs/privileges.md).';
  return { what: 'XID errors of the NVIDIA driver', reason, remedy };
}
