// Turns the file of `perf record` into a tree of stacks: `perf script` resolves the symbols, its text is folded while
// it streams by and is never held as a whole. In: the file. Out: the tree, or what perf complained.
import type { Clock } from '../../shared/clock.ts';
import { type PerfExit, runPerf } from './perf-program.ts';
import { PerfScriptFolder } from './perf-script-folder.ts';
import type { StackTreeBuilder } from './stack-tree-builder.ts';

/** Large programs have many symbols; longer than this is no answer. */
export const foldDeadlineMs = 120_000;

export interface FoldOptions {
  readonly perf: string;
  readonly folder: string;
  readonly file: string;
  readonly pid: number;
  readonly clock: Clock;
  readonly abandon: AbortSignal;
}

export type FoldEnd =
  | { readonly kind: 'folded'; readonly builder: StackTreeBuilder }
  | { readonly kind: 'failed'; readonly exit: PerfExit };

export async function foldRecording(options: FoldOptions): Promise<FoldEnd> {
  const folder = new PerfScriptFolder(options.pid);
  const args = ['script', '--no-inline', '-F', 'pid,tid,ip,sym,dso', '--input', options.file];
  const run = runPerf(options.perf, args, {
    folder: options.folder,
    abandon: options.abandon,
    onOutput: (bytes) => folder.write(bytes),
  });
  const cancel = options.clock.after(foldDeadlineMs, () => run.kill('SIGKILL'));
  const exit = await run.exit;
  cancel();
  return exit.code === 0 ? { kind: 'folded', builder: folder.builder } : { kind: 'failed', exit };
}
