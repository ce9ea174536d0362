// Runs `perf script` apart from us: confined, in a folder of its own with the recording and the files that it may read. In: the
// recording, how many of the files. Out: its text as it comes, and how it ended. The folder is gone afterwards.
// `all`: every file that was mapped. `system`: only what belongs to root, after a file of a user broke perf. `none`: no file at all;
// then nothing that perf reads was made by a user but names.
import { chmodSync, existsSync, linkSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import { type PerfExit, runPerf } from '../perf/perf-program.ts';
import type { Confinement } from './symbol-confinement.ts';
import { type LaidOutFiles, layOutFiles } from './symbol-files.ts';
import { copyKernelSymbols } from './symbol-kernel.ts';
import type { MappedFiles } from './symbol-records.ts';

export const symbolDepths = ['all', 'system', 'none'] as const;
export type SymbolDepth = (typeof symbolDepths)[number];

/** Large programs have many symbols; longer than this is no answer. Together they stay below the profiler's own deadline. */
export const symbolDeadlinesMs = { all: 90_000, system: 40_000, none: 30_000 } as const;

export interface SymbolReading {
  readonly perf: string;
  /** Ours; the reader gets one within. */
  readonly folder: string;
  readonly file: string;
  readonly mapped: MappedFiles;
  readonly depth: SymbolDepth;
  readonly confinement: Confinement;
  readonly arguments: readonly string[];
  readonly clock: Clock;
  readonly abandon: AbortSignal;
  readonly onOutput: (bytes: Buffer) => void;
}

export interface SymbolReadingEnd {
  readonly exit: PerfExit;
  readonly isOverdue: boolean;
  readonly lacks: LaidOutFiles['lacks'];
  readonly isKernelHidden: boolean;
}

const recordingName = 'perf.data';
const kernelName = 'kernel-symbols';

export async function readSymbols(reading: SymbolReading): Promise<SymbolReadingEnd> {
  const { confinement, depth, mapped } = reading;
  const folder = mkdtempSync(join(reading.folder, 'symbols-'));
  const files = layOutFiles(mapped, { folder, depth, isStranger: confinement.isStranger });
  try {
    const args = ['script', '--input', recordingName, '--force', ...reading.arguments];
    const hasKernel = mapped.hasKernel && layOutKernel(reading.folder, folder);
    if (hasKernel) args.push('--kallsyms', kernelName);
    linkSync(reading.file, join(folder, recordingName));
    if (confinement.isStranger) openToReader(folder, join(folder, recordingName));
    const end = await run(reading, args, {
      folder,
      perf: files.program(reading.perf),
      descriptors: files.descriptors,
    });
    return { ...end, lacks: files.lacks, isKernelHidden: mapped.hasKernel && !hasKernel };
  } finally {
    files.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A profile reads symbols up to three times; the kernel's are copied once. */
function layOutKernel(from: string, folder: string): boolean {
  const copy = join(from, kernelName);
  if (!existsSync(copy) && !copyKernelSymbols(copy)) {
    rmSync(copy, { force: true });
    return false;
  }
  linkSync(copy, join(folder, kernelName));
  return true;
}

/** What lies in the folder may be read by all; only who is put into it gets there. */
function openToReader(folder: string, recording: string): void {
  chmodSync(folder, 0o711);
  chmodSync(recording, 0o644);
}

async function run(
  reading: SymbolReading,
  args: readonly string[],
  place: { readonly folder: string; readonly perf: string; readonly descriptors: readonly number[] },
): Promise<{ exit: PerfExit; isOverdue: boolean }> {
  const { prefix, user } = reading.confinement;
  const { abandon, onOutput } = reading;
  const child = runPerf(place.perf, args, { ...place, abandon, onOutput, prefix, user });
  let isOverdue = false;
  const cancel = reading.clock.after(symbolDeadlinesMs[reading.depth], () => {
    isOverdue = true;
    child.kill('SIGKILL');
  });
  const exit = await child.exit;
  cancel();
  return { exit, isOverdue };
}
