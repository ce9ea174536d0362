// AMD GPUs, from the files of the amdgpu driver. In: /sys/class/drm/cardN/device and the GPU's own hwmon folder, every
// 5 s; what hardly changes and the list of cards once a minute; the memory of processes every 15 s. Out: node_exporter's
// names (collector drm) where it has them, ours for the rest; the memory of processes for the scan of processes.
// Every reading of these files goes into the driver, and a driver that hangs blocks it for ever. So a pass runs beside
// the sampling path on one thread, and a tick only sets the values of the newest pass that is through; nothing once that
// is older than three intervals. While a call has not come back no other is made.
import { errorMessage } from '../../../shared/errors.ts';
import type { Host } from '../../host/host.ts';
import { HostError } from '../../host/host-error.ts';
import type { Probe, Source } from '../source.ts';
import { waitAtMost } from '../wait-at-most.ts';
import { AmdCard } from './amd-card.ts';
import { amdColumns, amdMetrics } from './amd-columns.ts';
import { readKfdProcesses } from './amd-processes.ts';
import { gpuMetrics } from './gpu-metrics.ts';

const intervalMs = 5_000;
const longestAgeMs = 3 * intervalMs;
const slowEveryMs = 60_000;
const processesEveryMs = 15_000;
const deadlineMs = 2_000;
const mostCards = 64;
const vendor = 'amd';
const never = Number.NEGATIVE_INFINITY;

export function createAmdSource(host: Host): Source {
  const feed = new AmdFeed(host);
  return {
    name: 'amdgpu',
    reads: '/sys/class/drm/card*/device',
    metrics: [
      ...new Set(amdColumns.map(({ metric }) => metric)),
      amdMetrics.cardInfo,
      amdMetrics.ras,
      gpuMetrics.info,
    ],
    probe: () => probeCards(host),
    read(sink) {
      const isFirst = feed.isNew;
      const pass = feed.passWhenDue();
      const setAll = (): void => {
        if (feed.hasValues) for (const card of feed.cards) card.set(sink);
        feed.throwFailure();
      };
      if (isFirst && pass !== null) return waitAtMost(host.clock, host.firstAnswerMs, pass).then(setAll);
      setAll();
      return undefined;
    },
    close: () => feed.close(),
  };
}

/** Invariants: at most one pass is under way; a pass of an earlier life changes nothing. */
class AmdFeed {
  readonly #host: Host;
  readonly #folder: string;
  #files;
  #cards = new Map<string, AmdCard>();
  #told: readonly AmdCard[] = [];
  #isClosed = false;
  #isPassing = false;
  #life = 0;
  #failure: string | null = null;
  #readAtMs = never;
  #dueAtMs = never;
  #slowDueAtMs = never;
  #processesDueAtMs = never;

  constructor(host: Host) {
    this.#host = host;
    this.#folder = `${host.roots.sys}/class/drm`;
    this.#files = host.backgroundFiles(deadlineMs);
  }

  /** True until the first pass was begun. */
  get isNew(): boolean {
    return this.#dueAtMs === never;
  }

  get hasValues(): boolean {
    return this.#host.clock.monotonic() - this.#readAtMs <= longestAgeMs;
  }

  get cards(): readonly AmdCard[] {
    return this.#told;
  }

  /** Begins a pass when it is time; resolves when that is over. Never rejects. */
  passWhenDue(): Promise<void> | null {
    const nowMs = this.#host.clock.monotonic();
    if (this.#told.length > 0 && !this.hasValues) this.#forget();
    if (this.#isPassing || nowMs < this.#dueAtMs) return null;
    this.#dueAtMs = nowMs + intervalMs;
    // A call of an earlier life that still hangs keeps the door shut.
    if (this.#isClosed && this.#files.hanging === null) {
      this.#files = this.#host.backgroundFiles(deadlineMs);
      this.#isClosed = false;
    }
    return this.#pass(nowMs, this.#life);
  }

  /** Throws when the newest pass did not come through. */
  throwFailure(): void {
    if (this.#failure !== null) throw new HostError(this.#failure, 'no values');
    const { hanging } = this.#files;
    if (hanging !== null) throw new HostError(hanging, 'ETIMEDOUT');
  }

  close(): void {
    this.#life += 1;
    this.#files.close();
    this.#isClosed = true;
    this.#isPassing = false;
    this.#failure = null;
    this.#cards.clear();
    this.#dueAtMs = this.#slowDueAtMs = this.#processesDueAtMs = never;
    this.#forget();
  }

  async #pass(nowMs: number, life: number): Promise<void> {
    this.#isPassing = true;
    const failure = await this.#readAll(nowMs, life);
    if (life !== this.#life) return;
    this.#isPassing = false;
    this.#failure = failure;
    if (failure === null) this.#readAtMs = this.#host.clock.monotonic();
    else this.#slowDueAtMs = never;
  }

  /** Resolves with what went wrong, or null. */
  async #readAll(nowMs: number, life: number): Promise<string | null> {
    const isSlow = nowMs >= this.#slowDueAtMs;
    try {
      if (isSlow) await this.#findCards();
      for (const card of this.#cards.values()) {
        if (life !== this.#life) return null;
        await card.read(isSlow);
      }
      if (life !== this.#life) return null;
      if (nowMs >= this.#processesDueAtMs) await this.#readProcesses(nowMs, life);
      this.#told = [...this.#cards.values()];
      if (isSlow) this.#slowDueAtMs = nowMs + slowEveryMs;
      return null;
    } catch (error) {
      return errorMessage(error);
    }
  }

  async #findCards(): Promise<void> {
    const files = this.#files;
    const names = (await files.list(this.#folder)).filter((name) => isCard(this.#host, name));
    const cards = new Map<string, AmdCard>();
    for (const name of names.toSorted(byNumber).slice(0, mostCards)) {
      const chip = chipOf(this.#host.linkTarget(`${this.#folder}/${name}`) ?? '');
      cards.set(name, this.#cards.get(name) ?? new AmdCard({ name, folder: this.#folder, chip, files }));
    }
    this.#cards = cards;
  }

  async #readProcesses(nowMs: number, life: number): Promise<void> {
    const folder = `${this.#host.roots.sys}/class/kfd/kfd/proc`;
    const bytesByPid = await readKfdProcesses(folder, this.#files);
    if (life !== this.#life) return;
    this.#processesDueAtMs = nowMs + processesEveryMs;
    this.#host.publishGpuProcesses(vendor, bytesByPid);
  }

  #forget(): void {
    this.#told = [];
    this.#readAtMs = never;
    this.#host.publishGpuProcesses(vendor, null);
  }
}

function probeCards(host: Host): Probe {
  const folder = `${host.roots.sys}/class/drm`;
  try {
    if (host.list(folder).some((name) => isCard(host, name))) return { present: true };
  } catch {
    // No folder: no card of any kind.
  }
  const remedy = 'Load the driver amdgpu where there is such a GPU.';
  return { present: false, reason: `no card in ${folder} has the driver amdgpu`, remedy };
}

/** Only amdgpu has the file; to look whether it is there asks the driver nothing. */
function isCard(host: Host, name: string): boolean {
  if (!/^card\d{1,3}$/.test(name)) return false;
  return host.fileFacts(`${host.roots.sys}/class/drm/${name}/device/mem_info_vram_total`) !== null;
}

function byNumber(a: string, b: string): number {
  return Number(a.slice('card'.length)) - Number(b.slice('card'.length));
}

/** node_exporter's name of a chip: the device's name behind that of what it hangs on. */
function chipOf(target: string): string {
  const [, parent = '', device = ''] = /([^/]+)\/([^/]+)\/drm\/card\d+$/.exec(target) ?? [];
  if (device === '') return '';
  return [parent, device].map((name) => name.toLowerCase().replace(/[^a-z0-9:_]/g, '_')).join('_');
}
