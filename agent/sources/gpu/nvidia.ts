// NVIDIA GPUs, from one `nvidia-smi -q -x -l 5` that runs as long as the agent. In: its XML, a document every 5 s.
// Out: the values of the newest document at every tick; nothing once that is older than three of its intervals.
// Why this of all outputs: it alone has everything in one stream – MIG devices, processes, ECC, remapped rows, PCIe
// traffic. `--query-gpu` has neither MIG devices nor processes nor PCIe traffic, and would need three programs. A program
// per reading would load the driver's library anew each time. The price is a longer document; it is parsed once.
// Why 5 s: a document costs the driver some 20 ms per GPU and direction for PCIe alone.
// Memory bandwidth is told as the share of time in which memory was in use: the driver counts no bytes without profiling
// rights. Traffic over NVLink and XID errors stand elsewhere: nvidia-nvlink.ts, nvidia-xid.ts.
// A driver that hangs keeps nvidia-smi: the source says so, its values are absent, and nothing waits.
import type { Host } from '../../host/host.ts';
import type { Probe, SampleSink, Source } from '../source.ts';
import { waitAtMost } from '../wait-at-most.ts';
import { NvidiaFeed, nvidiaFeedMetrics } from './nvidia-feed.ts';
import { createNvlinkReader, nvlinkMetrics } from './nvidia-nvlink.ts';
import { createXidCounter, xidErrors } from './nvidia-xid.ts';

const remedy = 'Install the NVIDIA driver with its program nvidia-smi where there is such a GPU.';

export function createNvidiaSource(host: Host): Source {
  const feed = new NvidiaFeed(host);
  const nvlink = createNvlinkReader(host);
  const xids = createXidCounter(host);

  /** Whatever hangs the driver once would hang a second program too: it waits for the first document. */
  const askFirst = async (first: Promise<void>): Promise<void> => {
    await first;
    if (feed.hasValues) await nvlink.refresh();
  };
  const setAll = (sink: SampleSink): void => {
    feed.set(sink);
    if (feed.hasValues) {
      void nvlink.refresh();
      nvlink.set(sink);
    }
    // Also without values: a GPU that has fallen off the bus may stop nvidia-smi from telling anything.
    if (!feed.isStarting) xids.read(sink, (address) => feed.gpuAt(address));
    feed.throwFailure();
  };
  return {
    name: 'nvidia',
    reads: 'nvidia-smi -q -x',
    metrics: [...nvidiaFeedMetrics, ...nvlinkMetrics, xidErrors],
    probe: () => probeNvidia(host),
    lacks: () => [...nvlink.lacks(), ...xids.lacks()],
    read(sink) {
      const first = feed.keepRunning();
      if (first === null) {
        setAll(sink);
        return undefined;
      }
      return waitAtMost(host.clock, host.firstAnswerMs, askFirst(first)).then(() => setAll(sink));
    },
    close() {
      feed.close();
      nvlink.close();
      xids.close();
    },
  };
}

/** The driver must be there: nvidia-smi alone may come with a package, and would only complain. */
function probeNvidia(host: Host): Probe {
  const { proc, root } = host.roots;
  const traces = [`${proc}/driver/nvidia`, `${root}/dev/nvidiactl`, `${root}/dev/nvidia0`];
  if (traces.every((path) => host.fileFacts(path) === null)) {
    return { present: false, reason: `no NVIDIA driver: ${traces.join(', ')} are not there`, remedy };
  }
  if (!host.hasProgram('nvidia-smi'))
    return { present: false, reason: 'nvidia-smi is not in the path', remedy };
  return { present: true };
}
