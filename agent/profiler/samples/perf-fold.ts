// Turns the file of `perf record` into samples and a tree of stacks: `perf script` resolves the symbols, its text is read while
// it streams by and is never held as a whole. In: the file. Out: the samples and how well they are named, or what perf complained.
// Programs are hostile: perf is confined, and when one breaks it, it is run again with fewer files and at last with none, so
// that there is a profile, of addresses at least. The recording is changed: its files get short names.
import { existsSync } from 'node:fs';
import type { Clock } from '../../../shared/clock.ts';
import type { SymbolQuality } from '../../../shared/model/profile.ts';
import type { Reason } from '../../../shared/model/reason.ts';
import type { PerfExit } from '../perf/perf-program.ts';
import type { SampledEvent } from '../perf/sampled-event.ts';
import { type Confinement, findConfinement } from '../symbols/symbol-confinement.ts';
import { judgeSymbols } from '../symbols/symbol-quality.ts';
import {
  readSymbols,
  type SymbolDepth,
  type SymbolReadingEnd,
  symbolDeadlinesMs,
  symbolDepths,
} from '../symbols/symbol-reader.ts';
import { symbolsLimited } from '../symbols/symbol-reasons.ts';
import { type MappedFiles, renameMappedFiles } from '../symbols/symbol-records.ts';
import type { Target } from '../target/target.ts';
import { Folding } from './folding.ts';
import { PerfScriptText } from './perf-script-text.ts';
import type { SampleBuilder } from './sample-builder.ts';

export const foldDeadlineMs = symbolDeadlinesMs.all;

export interface FoldOptions {
  readonly perf: string;
  readonly folder: string;
  readonly file: string;
  readonly target: Pick<Target, 'isOpen' | 'members'>;
  readonly event: Pick<SampledEvent, 'unit'>;
  readonly withInlined: boolean;
  /** Known from before; not given, it is found anew. */
  readonly confinement?: () => Confinement;
  /** Begin and end of the recording, microseconds of the clock with which perf recorded. */
  readonly beganUs: number;
  readonly endedUs: number;
  readonly clock: Clock;
  readonly abandon: AbortSignal;
}

export type FoldEnd =
  | { readonly kind: 'folded'; readonly builder: SampleBuilder; readonly symbols: SymbolQuality }
  /** `isOverdue`: it was killed because it took too long. */
  | { readonly kind: 'failed'; readonly exit: PerfExit; readonly isOverdue: boolean };

export async function foldRecording(options: FoldOptions): Promise<FoldEnd> {
  if (!existsSync(options.file)) return failed(undefined);
  const mapped = await renameMappedFiles(options.file);
  let broken: Attempt | undefined;
  for (const depth of symbolDepths) {
    const attempt = await fold(options, mapped, depth);
    if (attempt.isWhole) return { kind: 'folded', ...resultOf(attempt, broken, mapped) };
    broken ??= attempt;
    // Without samples no symbol can be at fault.
    if (options.abandon.aborted || mapped.samples === 0) break;
  }
  return failed(broken?.end);
}

function failed(end: SymbolReadingEnd | undefined): FoldEnd {
  const exit = end?.exit ?? { code: null, signal: null, complaint: 'there is no recording' };
  return { kind: 'failed', exit, isOverdue: end?.isOverdue ?? false };
}

interface Attempt {
  readonly depth: SymbolDepth;
  readonly folding: Folding;
  readonly end: SymbolReadingEnd;
  /** False: perf failed, or its text is not all its own. */
  readonly isWhole: boolean;
}

async function fold(options: FoldOptions, mapped: MappedFiles, depth: SymbolDepth): Promise<Attempt> {
  const folding = new Folding({ ...options, files: mapped.files, withAddresses: depth !== 'all' });
  const text = new PerfScriptText(folding);
  const { perf, folder, file, clock, abandon } = options;
  const end = await readSymbols({
    perf,
    folder,
    file,
    clock,
    abandon,
    mapped,
    depth,
    confinement: (options.confinement ?? findConfinement)(),
    arguments: scriptArguments(options, depth),
    onOutput: (bytes) => text.write(bytes),
  });
  const isForged = text.forgedLines > 0 || text.samples > mapped.samples;
  return { depth, folding, end, isWhole: end.exit.code === 0 && !isForged };
}

function scriptArguments({ withInlined, event }: FoldOptions, depth: SymbolDepth): string[] {
  const args = ['-F', 'comm,pid,tid,time,event,period,ip,sym,dso'];
  if (!withInlined || depth !== 'all') args.push('--no-inline');
  if (event.unit === 'microseconds') args.push('--show-switch-events');
  return args;
}

function resultOf(
  { folding, end, depth }: Attempt,
  broken: Attempt | undefined,
  { files }: MappedFiles,
): { builder: SampleBuilder; symbols: SymbolQuality } {
  const builder = folding.end();
  const limited = broken === undefined ? null : limitedReason(broken, depth);
  const { lacks, isKernelHidden } = end;
  const { jitLacks, programOf } = folding;
  const symbols = judgeSymbols({ builder, files, lacks, isKernelHidden, limited, jitLacks, programOf });
  return { builder, symbols };
}

function limitedReason({ end: { exit, isOverdue } }: Attempt, depth: SymbolDepth): Reason {
  const shown =
    depth === 'system' ? 'only files of the system have names, others show addresses' : 'addresses are shown';
  if (isOverdue || exit.signal === 'SIGXCPU') return symbolsLimited('took too long and was ended', shown);
  if (exit.code === 0) return symbolsLimited('met names that imitate its own words', shown);
  const how = exit.signal ?? `code ${exit.code}`;
  return symbolsLimited(`broke off (${how})`, shown);
}
