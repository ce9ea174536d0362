// A profile for the eye: a head, then hot functions with their callers, or the call tree. In: the API's object.
// Out: styled lines. CSV is the same without callers.
import type { Caller, HotFunction, ProfileDetail, StackNode } from '../../shared/api/profile.ts';
import { formatRatio, formatSeconds } from '../../shared/format.ts';
import { targetName } from '../../shared/profile-target.ts';
import type { Say } from '../language/language.ts';
import { padToWidth } from '../output/cell-width.ts';
import type { Column } from '../output/output.ts';
import { showTime } from '../output/show-value.ts';
import { piece, type Style, type StyledLine } from '../output/styled-text.ts';
import type { Session } from '../session.ts';
import { callTreeLines } from './call-tree.ts';
import { reasonLines } from './reason-view.ts';
import { statusStyle } from './status-style.ts';

export interface ProfileViewOptions {
  readonly view: 'bottom-up' | 'top-down';
  /** Smaller shares are left out, 0 to 1. */
  readonly min: number;
}

export function printProfile(session: Session, profile: ProfileDetail, options: ProfileViewOptions): void {
  const { output, say } = session;
  if (output.format === 'json') return output.json(profile);
  if (output.format === 'csv') return printCsv(session, profile, options);
  output.lines(headLines(profile, say));
  const { bottomUp, topDown } = profile;
  if (bottomUp === null || topDown === null) return output.lines([[], [piece(say('empty.stacks'), 'dim')]]);
  const lines =
    options.view === 'bottom-up'
      ? bottomUpLines(bottomUp, options.min, say)
      : topDownLines(topDown, options.min, say);
  output.lines([[], ...lines]);
}

function headLines(profile: ProfileDetail, say: Say): StyledLine[] {
  const { samples, lost, frequency, sampledEvent } = profile;
  const { target, name, node, user } = profile;
  const whose = [user, node].filter((part) => part !== null).join('@');
  const took = profile.started !== null && profile.ended !== null ? profile.ended - profile.started : null;
  return [
    [
      piece(name ?? targetName(target), 'strong'),
      piece(`  ${target.kind === 'process' ? `pid ${target.pid}` : targetName(target)}  ${whose}  `),
      piece(say(`status.${profile.status}`), statusStyle(profile.status)),
      piece(`  ${showTime(profile.started ?? profile.created)}  ${formatSeconds(took ?? profile.duration)}`),
    ],
    ...(profile.command === null ? [] : [[piece(profile.command, 'dim')]]),
    [piece(say('fact.samples', { samples, frequency, lost, event: sampledEvent ?? '–' }))],
    ...(profile.reason === null ? [] : reasonLines(profile.reason, say)),
  ];
}

function bottomUpLines(rows: readonly HotFunction[], min: number, say: Say): StyledLine[] {
  const hot = rows.filter(({ self }) => self > 0 && self >= min);
  const omitted = rows.length - hot.length;
  return [
    heading([say('header.self'), say('header.total'), say('header.function')]),
    ...hot.flatMap((row) => [
      figures([row.self, row.total], '', row, 'strong'),
      ...callTreeLines(row.callers, { childrenOf: ({ callers }: Caller) => callers, min }).map((line) =>
        line.branch === null
          ? remark(line.drawing, say('fact.more', { count: line.omitted }))
          : figures([null, line.branch.total], line.drawing, line.branch, 'plain'),
      ),
    ]),
    ...(omitted === 0 ? [] : [remark('', say('fact.more', { count: omitted }))]),
  ];
}

function topDownLines(root: StackNode, min: number, say: Say): StyledLine[] {
  const lines = callTreeLines(root.children, { childrenOf: ({ children }: StackNode) => children, min });
  return [
    heading([say('header.total'), say('header.self'), say('header.function')]),
    figures([root.total, root.self], '', { function: say('fact.all'), module: '' }, 'strong'),
    ...lines.map((line) =>
      line.branch === null
        ? remark(line.drawing, say('fact.more', { count: line.omitted }))
        : figures(
            [line.branch.total, line.branch.self],
            line.drawing,
            line.branch,
            line.branch.self >= 0.05 ? 'strong' : 'plain',
          ),
    ),
  ];
}

const figureCells = 8;

function printCsv({ output, say }: Session, profile: ProfileDetail, { view, min }: ProfileViewOptions): void {
  if (view === 'bottom-up') {
    const rows = (profile.bottomUp ?? []).filter(({ self, total }) => Math.max(self, total) >= min);
    return output.rows(placeColumns(say), rows);
  }
  const roots = profile.topDown === null ? [] : [profile.topDown];
  const lines = callTreeLines(roots, { childrenOf: ({ children }: StackNode) => children, min });
  const depths = new Map<StackNode, number>();
  const rows = lines.flatMap(({ branch }) => {
    if (branch === null) return [];
    const depth = depths.get(branch) ?? 0;
    for (const child of branch.children) depths.set(child, depth + 1);
    return [{ ...branch, depth }];
  });
  const depthColumn = { key: 'depth', header: '', value: ({ depth }: { depth: number }) => depth };
  output.rows([depthColumn, ...placeColumns(say)], rows);
}

interface Place {
  readonly function: string;
  readonly module: string;
  readonly self: number;
  readonly total: number;
}

function placeColumns(say: Say): Column<Place>[] {
  return [
    { key: 'function', header: say('header.function'), value: (place) => place.function },
    { key: 'module', header: say('header.module'), value: ({ module }) => module },
    { key: 'self', header: say('header.self'), value: ({ self }) => self },
    { key: 'total', header: say('header.total'), value: ({ total }) => total },
  ];
}

function heading([first = '', second = '', third = '']: readonly string[]): StyledLine {
  return [
    piece(
      `${padToWidth(first, figureCells, 'right')}  ${padToWidth(second, figureCells, 'right')}  ${third}`,
      'strong',
    ),
  ];
}

function figures(
  shares: readonly (number | null)[],
  drawing: string,
  place: { readonly function: string; readonly module: string },
  style: Style,
): StyledLine {
  const texts = shares.map((share) => (share === null ? '' : formatRatio(share)).padStart(figureCells));
  return [
    piece(`${texts.join('  ')}  `),
    piece(drawing, 'dim'),
    piece(place.function, style),
    piece(place.module === '' ? '' : `  (${place.module})`, 'dim'),
  ];
}

function remark(drawing: string, text: string): StyledLine {
  return [piece(`${' '.repeat(2 * figureCells + 4)}${drawing}${text}`, 'dim')];
}
