// Judges how many frames have names, and says why not more. In: the frames without one, and what was lacking. Out: the share, and where
// it is poor the heaviest cause with its remedy. A reading of symbols that was cut off is told in any case.
import type { SymbolQuality } from '../../../shared/model/profile.ts';
import type { Reason } from '../../../shared/model/reason.ts';
import { parseLabelledFrame } from './perf-frame.ts';
import type { FileLack } from './symbol-files.ts';
import type { JitLack } from './symbol-jit-map.ts';
import * as reasons from './symbol-reasons.ts';
import { anonymousLabel, type MappedFile } from './symbol-records.ts';

/** Below it a reader should know why. */
export const enoughNamed = 0.8;

/** How many of the frames of a recording have a name, and the texts of those without one. */
export interface NamedFrames {
  readonly namedShare: number;
  readonly frameCount: number;
  readonly unnamed: Iterable<readonly [text: string, count: number]>;
}

export interface SymbolFindings {
  readonly builder: NamedFrames;
  readonly files: ReadonlyMap<string, MappedFile>;
  readonly lacks: ReadonlyMap<string, FileLack>;
  readonly jitLacks: ReadonlyMap<number, JitLack>;
  readonly isKernelHidden: boolean;
  /** How the reading ended before its time; null: it did not. */
  readonly limited: Reason | null;
  /** Name of a process, for the remedy. */
  readonly programOf: (pid: number) => string;
}

export function judgeSymbols(findings: SymbolFindings): SymbolQuality {
  const { builder, limited } = findings;
  const named = builder.namedShare;
  if (limited !== null) return { named, reason: limited };
  return { named, reason: named >= enoughNamed ? null : heaviestReason(findings) };
}

type Cause = 'kernel' | 'jit' | 'outside' | 'stripped' | FileLack;

interface Tally {
  count: number;
  readonly modules: Map<string, number>;
}

function heaviestReason(findings: SymbolFindings): Reason | null {
  const { frameCount } = findings.builder;
  const tallies = new Map<Cause, Tally>();
  for (const [text, count] of findings.builder.unnamed) {
    const tally = tallies.get(causeOf(text, findings)) ?? { count: 0, modules: new Map() };
    tallies.set(causeOf(text, findings), tally);
    tally.count += count;
    const { module } = parseLabelledFrame(text, findings.files);
    tally.modules.set(module, (tally.modules.get(module) ?? 0) + count);
  }
  const [heaviest] = [...tallies].sort(([, a], [, b]) => b.count - a.count);
  if (heaviest === undefined) return null;
  const [cause, { count, modules }] = heaviest;
  const [module = ''] = [...modules].sort(([, a], [, b]) => b - a).map(([name]) => name);
  return reasonFor(cause, { module, share: count / frameCount }, findings);
}

function causeOf(text: string, { files, lacks, isKernelHidden }: SymbolFindings): Cause {
  const label = text.slice(text.lastIndexOf(' (') + 2, -1);
  if (label === anonymousLabel) return 'jit';
  if (label.startsWith('[kernel.')) return isKernelHidden ? 'kernel' : 'stripped';
  if (!files.has(label)) return 'outside';
  return lacks.get(label) ?? 'stripped';
}

function reasonFor(
  cause: Cause,
  heaviest: reasons.HeaviestModule,
  { jitLacks, programOf }: SymbolFindings,
): Reason {
  switch (cause) {
    case 'kernel':
      return reasons.kernelHidden(heaviest.share);
    case 'outside':
      return reasons.outsideOfFiles(heaviest.share);
    case 'stripped':
      return reasons.strippedProgram(heaviest);
    case 'gone':
      return reasons.fileGone(heaviest);
    case 'jit': {
      const [pid = 0, lack] = [...jitLacks][0] ?? [];
      const told = lack === 'cut' ? reasons.mapCut : reasons.codeWithoutMap;
      return told(heaviest.share, programOf(pid));
    }
    case 'too-large':
    case 'too-many':
    case 'unreadable':
      return reasons.fileUnreadable(heaviest);
  }
}
