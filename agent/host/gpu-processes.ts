// How much GPU memory each process holds, over all GPUs. In: what each kind of GPU tells, when it tells anew.
// Out: one map, made anew only when something changed. It is the one place where sources that see GPUs and the scan
// of processes meet: neither knows the other.

const nobody: ReadonlyMap<number, number> = new Map();

export class GpuProcesses {
  readonly #byVendor = new Map<string, ReadonlyMap<number, number>>();
  #all = nobody;

  /** Bytes by process id, as one vendor's GPUs tell now; null when they tell nothing (any more). */
  publish(vendor: string, bytesByPid: ReadonlyMap<number, number> | null): void {
    if (bytesByPid === null) {
      if (!this.#byVendor.delete(vendor)) return;
    } else {
      this.#byVendor.set(vendor, bytesByPid);
    }
    this.#all = merge([...this.#byVendor.values()]);
  }

  /** Bytes by process id; a process that is not in it holds none, or cannot be seen. */
  all(): ReadonlyMap<number, number> {
    return this.#all;
  }
}

function merge(maps: readonly ReadonlyMap<number, number>[]): ReadonlyMap<number, number> {
  const [first, ...others] = maps;
  if (first === undefined) return nobody;
  if (others.length === 0) return first;
  const sums = new Map(first);
  for (const map of others) {
    for (const [pid, bytes] of map) sums.set(pid, (sums.get(pid) ?? 0) + bytes);
  }
  return sums;
}
