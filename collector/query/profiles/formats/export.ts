// In: a profile and its stacks. Out: a file for other programs, in the format asked for.
// Names are made visible: no control or reordering character reaches a file. Times of the profile are in ms.
import type { ExportFormat } from '../../../../shared/api/profile.ts';
import type { Profile } from '../../../../shared/model/profile.ts';
import { targetName } from '../../../../shared/profile-target.ts';
import type { SentTree } from '../../../../shared/stacks/stacks-builder.ts';
import type { ExportedProfile } from '../views/view-question.ts';
import { renderFlameSvg } from './flame-svg.ts';
import { formatFolded } from './folded.ts';
import { encodePprof } from './pprof.ts';
import { formatSpeedscope } from './speedscope.ts';

interface Format {
  readonly contentType: string;
  readonly extension: string;
  readonly write: (profile: Profile, tree: SentTree) => string | Uint8Array;
}

const formats: Readonly<Record<ExportFormat, Format>> = {
  folded: {
    contentType: 'text/plain; charset=utf-8',
    extension: 'folded',
    write: (_profile, tree) => formatFolded(tree),
  },
  pprof: { contentType: 'application/gzip', extension: 'pb.gz', write: encodePprof },
  speedscope: { contentType: 'application/json', extension: 'speedscope.json', write: formatSpeedscope },
  svg: { contentType: 'image/svg+xml', extension: 'svg', write: renderFlameSvg },
};

export function exportStacks(profile: Profile, tree: SentTree, format: ExportFormat): ExportedProfile {
  const { contentType, extension, write } = formats[format];
  const name =
    `${profile.node ?? (profile.target.kind === 'file' ? 'file' : 'nodes')}-${targetName(profile.target)}-${profile.id}`
      .replace(/[^A-Za-z0-9._-]/g, '_')
      .slice(0, 200);
  return { contentType, fileName: `${name}.${extension}`, body: write(profile, tree) };
}
