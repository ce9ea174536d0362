// Records a program with the perf of this machine, and folds recordings.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findPerf } from '../../../agent/profiler/perf/find-perf.ts';
import { foldRecording } from '../../../agent/profiler/samples/perf-fold.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { SymbolQuality } from '../../../shared/model/profile.ts';
import { foldedText } from './folded-text.ts';

const perf = findPerf(null, '/usr/bin') ?? 'perf';

/** Runs while the process $0 is sampled: until it has worked for 0.2 s, which on a busy machine takes longer. */
const untilItWorked = `worked() { set -- $(cut -d ' ' -f 14,15 /proc/$1/stat) && echo $(($1 + $2)); }
begin=$(worked $0) || exit 0
for turn in $(seq 300); do test $(worked $0) -ge $((begin + 20)) && exit 0; sleep 0.03; done`;

/** Samples the program while it works; it runs on until it is killed. */
export function recordProgram(file: string, command: readonly string[], callGraph = 'fp'): ChildProcess {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: 'ignore' });
  const pid = String(child.pid);
  const what = ['-e', 'cpu-clock:u', '-F', '199', '--call-graph', callGraph];
  const options = ['--no-buildid-cache', '--no-buildid', ...what];
  const { status, stderr } = spawnSync(
    perf,
    ['record', ...options, '-o', file, '-p', pid, '--', 'sh', '-c', untilItWorked, pid],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`perf record: ${stderr}`);
  return child;
}

export interface FoldedRecording {
  /** `failed: …` where there is no profile. */
  readonly text: string;
  readonly samples: number;
  readonly symbols: SymbolQuality;
  /** `function@module`, in no order. */
  readonly frames: readonly string[];
}

export async function foldFile(
  file: string,
  options: { readonly perf?: string; readonly withInlined?: boolean } = {},
): Promise<FoldedRecording> {
  const folder = mkdtempSync(`${file}-`);
  try {
    const end = await foldRecording({
      perf,
      folder,
      file,
      target: { isOpen: true, members: new Map() },
      event: { unit: 'samples' },
      withInlined: false,
      ...options,
      beganUs: 0,
      endedUs: 0,
      clock: systemClock,
      abandon: new AbortController().signal,
    });
    if (end.kind === 'failed') {
      return {
        text: `failed: ${end.exit.complaint}`,
        samples: 0,
        symbols: { named: 0, reason: null },
        frames: [],
      };
    }
    const tree = end.builder.tree.build();
    const frames = tree.frames.map((frame) => `${frame.function}@${frame.module}`);
    return { text: foldedText(tree), samples: end.builder.count, symbols: end.symbols, frames };
  } finally {
    rmSync(join(folder), { recursive: true });
  }
}
