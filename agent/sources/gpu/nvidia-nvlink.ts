// What NVIDIA GPUs have sent and received over NVLink. In: the text of `nvidia-smi nvlink -gt d`, which is the only
// place where the counters stand. Out: bytes per GPU, over all its links. The program runs once a minute at most, beside
// the sampling path, and not at all once it has shown no link. Invariant: at most one is there at any time; one that
// hangs in the driver keeps its place.
import { errorMessage } from '../../../shared/errors.ts';
import { counter } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { Lack, SampleSink } from '../source.ts';

export const nvlinkMetrics = [
  counter('jidi_gpu_nvlink_transmit_bytes_total', 0, 'Bytes of data that the GPU sent over all its NVLinks.'),
  counter(
    'jidi_gpu_nvlink_receive_bytes_total',
    0,
    'Bytes of data that the GPU received over all its NVLinks.',
  ),
];

const everyMs = 60_000;
const deadlineMs = 20_000;
/** Answers older than this are not told any more. */
const longestAgeMs = 3 * everyMs;
const mostGpus = 64;
const outputBytes = 1024 * 1024;
const nothing = Promise.resolve();

export interface NvlinkTraffic {
  readonly transmitBytes: number;
  readonly receiveBytes: number;
}

export interface NvlinkReader {
  /** Asks anew when it is time; resolves when that has been answered. Never rejects. */
  refresh(): Promise<void>;
  /** Sets the newest answer. */
  set(sink: SampleSink): void;
  lacks(): readonly Lack[];
  close(): void;
}

export function createNvlinkReader(host: Host): NvlinkReader {
  const rows: SeriesRow[] = [];
  let traffic: readonly (NvlinkTraffic | undefined)[] = [];
  let answeredAtMs = Number.NEGATIVE_INFINITY;
  let dueAtMs = Number.NEGATIVE_INFINITY;
  let isAsking = false;
  let refusal: string | null = null;

  const ask = async (): Promise<void> => {
    isAsking = true;
    try {
      const request = { program: 'nvidia-smi', arguments: ['nvlink', '-gt', 'd'], deadlineMs, outputBytes };
      const { exitCode, stdout } = await host.run(request);
      const answer = parseNvlink(stdout);
      refusal = null;
      if (exitCode !== 0) refusal = `nvidia-smi nvlink ended with exit code ${exitCode}`;
      else if (answer === null) dueAtMs = Number.POSITIVE_INFINITY;
      else traffic = answer;
      if (refusal === null) answeredAtMs = host.clock.monotonic();
    } catch (error) {
      refusal = errorMessage(error);
    } finally {
      isAsking = false;
    }
  };

  return {
    refresh() {
      const nowMs = host.clock.monotonic();
      if (isAsking || nowMs < dueAtMs) return nothing;
      dueAtMs = nowMs + everyMs;
      return ask();
    },
    set(sink) {
      if (host.clock.monotonic() - answeredAtMs <= longestAgeMs) setTraffic(sink, rows, traffic);
    },
    lacks: () => (refusal === null ? [] : [lackOf(refusal)]),
    close() {
      traffic = [];
      answeredAtMs = Number.NEGATIVE_INFINITY;
      dueAtMs = Number.NEGATIVE_INFINITY;
    },
  };
}

/** By number of the GPU; null when no GPU has a link. A GPU with a link that does not tell is absent. */
export function parseNvlink(text: string): readonly (NvlinkTraffic | undefined)[] | null {
  const gpus: { links: number; transmitBytes: number; receiveBytes: number }[] = [];
  for (const line of text.split('\n')) {
    const number = /^GPU (\d{1,2}):/.exec(line)?.[1];
    if (number !== undefined) {
      if (Number(number) !== gpus.length || gpus.length >= mostGpus) return null;
      gpus.push({ links: 0, transmitBytes: 0, receiveBytes: 0 });
      continue;
    }
    const [, direction, kibibytes] = /^\s+Link \d{1,3}: Data (Tx|Rx): (.*?)\s*$/.exec(line) ?? [];
    const gpu = gpus.at(-1);
    if (gpu === undefined || direction === undefined) continue;
    const bytes = /^\d{1,16} KiB$/.test(kibibytes ?? '')
      ? Number.parseInt(kibibytes ?? '', 10) * 1024
      : Number.NaN;
    gpu.links += 1;
    if (direction === 'Tx') gpu.transmitBytes += bytes;
    else gpu.receiveBytes += bytes;
  }
  if (gpus.every(({ links }) => links === 0)) return null;
  return gpus.map((gpu) => (isWhole(gpu) ? gpu : undefined));
}

/** Both directions of every link, all of them numbers. */
function isWhole({
  links,
  transmitBytes,
  receiveBytes,
}: NvlinkTraffic & { readonly links: number }): boolean {
  return links > 0 && links % 2 === 0 && Number.isFinite(transmitBytes + receiveBytes);
}

function setTraffic(
  sink: SampleSink,
  rows: SeriesRow[],
  traffic: readonly (NvlinkTraffic | undefined)[],
): void {
  for (const [index, gpu] of traffic.entries()) {
    if (gpu === undefined) continue;
    rows[index] ??= createRow(nvlinkMetrics, { gpu: String(index) });
    rows[index].set(sink, 0, gpu.transmitBytes);
    rows[index].set(sink, 1, gpu.receiveBytes);
  }
}

function lackOf(reason: string): Lack {
  return {
    what: 'traffic over NVLink',
    reason,
    remedy: 'Look what the command tells as this user: nvidia-smi nvlink -gt d.',
  };
}
