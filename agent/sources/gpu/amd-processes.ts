// GPU memory of processes on AMD GPUs, from /sys/class/kfd/kfd/proc/PID/vram_GPU (bytes). In: the folder, through a
// door that may not come back. Out: bytes by process id, over all GPUs. Only processes that compute are seen there.
import type { BackgroundFiles } from '../../host/background-files.ts';
import { isHanging } from './amd-card.ts';

const mostProcesses = 256;
const mostFiles = 1024;

/** Rejects when a call did not come back; null when the driver tells no processes at all. */
export async function readKfdProcesses(
  folder: string,
  files: BackgroundFiles,
): Promise<ReadonlyMap<number, number> | null> {
  const pids = await list(folder, files);
  if (pids === null) return null;
  const sums = new Map<number, number>();
  let left = mostFiles;
  for (const pid of pids.filter((name) => /^\d{1,10}$/.test(name)).slice(0, mostProcesses)) {
    const names = (await list(`${folder}/${pid}`, files)) ?? [];
    const counters = names.filter((name) => /^vram_\d{1,10}$/.test(name)).slice(0, left);
    left -= counters.length;
    const bytes = await sum(`${folder}/${pid}`, counters, files);
    if (!Number.isNaN(bytes)) sums.set(Number(pid), bytes);
  }
  return sums;
}

/** NaN when there is none, or one cannot be read: a part of a sum is no sum. */
async function sum(folder: string, names: readonly string[], files: BackgroundFiles): Promise<number> {
  let bytes = names.length === 0 ? Number.NaN : 0;
  for (const name of names) {
    const text = await attempt(() => files.readOnce(`${folder}/${name}`));
    bytes += /^\d{1,15}$/.test(text ?? '') ? Number(text) : Number.NaN;
  }
  return bytes;
}

function list(folder: string, files: BackgroundFiles): Promise<readonly string[] | null> {
  return attempt(() => files.list(folder));
}

/** null when the process ended meanwhile, or hides. */
async function attempt<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isHanging(error)) throw error;
    return null;
  }
}
