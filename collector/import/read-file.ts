// In: the bytes of a file, its format, what is told besides. Out: the facts of its profile and its stacks.
// For a thread of its own: it takes as long as the file wants. It refuses (ImportError) what the formats refuse.
import type { ImportFormat } from '../../shared/api/profile-import.ts';
import type { Stacks } from '../../shared/stacks/stacks.ts';
import { toTree } from '../../shared/stacks/stacks-builder.ts';
import { wholePortion } from '../store/catalog/stacks.ts';
import type { PackedStacks } from '../store/store.ts';
import type { FileProfile, ToldBesides } from './file-profile.ts';
import { parseFolded } from './folded-text.ts';
import { parsePprof } from './pprof-file.ts';
import { parseSpeedscope } from './speedscope-file.ts';
import { unpack } from './unpack.ts';

export interface FileToRead {
  readonly bytes: Uint8Array;
  readonly format: ImportFormat;
  readonly besides: ToldBesides;
}

export interface ReadFile extends Omit<FileProfile, 'stacks'> {
  /** As the store takes them. */
  readonly packed: PackedStacks;
  readonly weight: number;
  /** Share of the frames of all samples that have a name. */
  readonly named: number;
}

const parsers: Readonly<Record<ImportFormat, (bytes: Uint8Array, besides: ToldBesides) => FileProfile>> = {
  folded: parseFolded,
  pprof: parsePprof,
  speedscope: parseSpeedscope,
};

export function readFile({ bytes, format, besides }: FileToRead): ReadFile {
  const { stacks, ...facts } = parsers[format](unpack(bytes), besides);
  const { body, ...ends } = wholePortion({ ...toTree(stacks), threads: [], samples: null });
  // A buffer would bring all the memory that it lies in.
  const packed = { ...ends, body: Uint8Array.from(body) };
  return { ...facts, packed, weight: stacks.weight, named: namedShare(stacks) };
}

function namedShare({ frames, frameIds, total }: Stacks): number {
  let [all, named] = [0, 0];
  for (let branch = 0; branch < frameIds.length; branch += 1) {
    const weight = total[branch] ?? 0;
    all += weight;
    if (frames[frameIds[branch] ?? 0]?.function !== '[unknown]') named += weight;
  }
  return all === 0 ? 1 : named / all;
}
