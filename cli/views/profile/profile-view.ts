// A profile for the eye: a head, what kind of work it is, then one of its views. In: the API's objects. Out: lines, CSV rows, or
// JSON of the same.
import type { Profile } from '../../../shared/api/profile.ts';
import { formatRatio } from '../../../shared/format.ts';
import { focusStacks } from '../../../shared/stacks/reshape.ts';
import type { Stacks } from '../../../shared/stacks/stacks.ts';
import type { Say } from '../../language/language.ts';
import type { Column } from '../../output/output.ts';
import { piece, type StyledLine } from '../../output/styled-text.ts';
import { type ChosenStacks, nameMatcher } from '../../profile-stacks.ts';
import type { Session } from '../../session.ts';
import { bottomUpLines, callerRows, hotRows, shownRows } from './bottom-up-view.ts';
import { classBar, classShares } from './class-bar.ts';
import { flameLines } from './flame-view.ts';
import { withFrameWords } from './frame-words.ts';
import { chosenLine, headLines } from './profile-head.ts';
import type { StackLook } from './stack-look.ts';
import { type CallRow, callRows, topDownLines } from './top-down-view.ts';

export const profileViews = ['bottom-up', 'top-down', 'flame', 'icicle'] as const;
export type ProfileView = (typeof profileViews)[number];

export interface ProfileViewOptions {
  readonly view: ProfileView;
  /** Smaller shares are left out, 0 to 1. */
  readonly min: number;
  readonly search?: string;
}

export interface ShownProfile {
  readonly profile: Profile;
  /** null: it has none. */
  readonly chosen: ChosenStacks | null;
  /** The options that chose them; empty: all. */
  readonly choice: string;
  /** What else the head tells. */
  readonly remarks: readonly StyledLine[];
}

/** Where nobody says how wide the screen is. */
const usualWidth = 100;

export function printProfile(session: Session, shown: ShownProfile, options: ProfileViewOptions): void {
  const { output, say } = session;
  const { profile, chosen } = shown;
  if (output.format === 'json') return output.json(profileJson(shown, options));
  if (output.format === 'csv') return printCsv(session, chosen, options);
  const head = [...headLines(profile, say), ...shown.remarks];
  if (chosen === null || chosen.stacks.weight === 0) {
    return output.lines([...head, [], [piece(emptyText(shown, say), 'dim')]]);
  }
  output.lines([
    ...head,
    ...chosenLines(session, shown, chosen, options),
    [],
    ...bodyLines(session, chosen, options),
  ]);
}

/** Where it has samples, it is the choice that has none. */
function emptyText({ profile: { samples }, choice }: ShownProfile, say: Say): string {
  return choice === '' || samples === 0 ? say('empty.stacks') : say('empty.chosen', { choice, samples });
}

function chosenLines(
  { say, output }: Session,
  { profile, choice }: ShownProfile,
  { stacks, classes, answer }: ChosenStacks,
  { search }: ProfileViewOptions,
): StyledLine[] {
  const found = search === undefined ? null : searched(stacks, search);
  const isCut = answer.branches > stacks.parents.length;
  return [
    ...chosenLine(choice, { weight: stacks.weight, profile }, say),
    classBar(classShares(stacks, classes), output.screen.columns ?? usualWidth, say),
    ...(found === null
      ? []
      : [
          [
            piece(`--search ${search}: `, 'warning'),
            piece(say('fact.found', { share: formatRatio(found.share), count: found.functions })),
          ],
        ]),
    ...(isCut ? [[piece(say('fact.cut', { count: answer.branches }), 'dim')]] : []),
  ];
}

/** Share of the stacks that have such a function, each once. */
function searched(stacks: Stacks, text: string): { readonly share: number; readonly functions: number } {
  const matches = nameMatcher(text);
  const { weight } = focusStacks(stacks, { matches, keep: 'with' });
  return { share: weight / stacks.weight, functions: stacks.frames.filter(matches).length };
}

function bodyLines(
  { output, say }: Session,
  chosen: ChosenStacks,
  options: ProfileViewOptions,
): StyledLine[] {
  const { view } = options;
  const { columns: width, manyColors = false, color } = output.screen;
  const look = lookOf(chosen, options, width);
  const stacks = withFrameWords(chosen.stacks, chosen.classes, say);
  if (view === 'bottom-up') return bottomUpLines(stacks, look, say);
  if (view === 'top-down') return topDownLines(stacks, look, say);
  const root = view === 'flame' ? 'below' : 'above';
  const flame = { ...look, width: width ?? usualWidth, manyColors: manyColors && color, root } as const;
  return flameLines(stacks, flame, say);
}

function lookOf(
  { stacks, classes }: ChosenStacks,
  { min, search }: ProfileViewOptions,
  width: number | undefined,
): StackLook {
  const isFound = search === undefined ? null : stacks.frames.map(nameMatcher(search));
  return { min, classes, isFound, width };
}

function profileJson({ profile, chosen, choice }: ShownProfile, options: ProfileViewOptions): object {
  if (chosen === null) return { ...profile, choice, weight: 0, classes: [], functions: [], calls: [] };
  const { stacks, classes, answer } = chosen;
  const look = lookOf(chosen, options, undefined);
  const { weight, sampleWeight, timed, branches } = answer;
  const facts = { ...profile, choice, weight, sampleWeight, timed, branches };
  const search =
    options.search === undefined
      ? {}
      : { search: { text: options.search, ...searched(stacks, options.search) } };
  const head = { ...facts, ...search, classes: weight > 0 ? classShares(stacks, classes) : [] };
  if (options.view !== 'bottom-up') return { ...head, calls: callRows(stacks, look) };
  const rows = shownRows(hotRows(stacks, look), look);
  const frames = rows.map(({ frame }) => frame);
  const callers = callerRows(stacks, frames, options.min);
  return {
    ...head,
    functions: rows.map(({ frame: _frame, ...row }, index) => ({ ...row, callers: callers[index] ?? [] })),
  };
}

function printCsv({ output, say }: Session, chosen: ChosenStacks | null, options: ProfileViewOptions): void {
  const depth: Column<CallRow> = { key: 'depth', header: '', value: (row) => row.depth };
  const columns = placeColumns(say);
  if (options.view === 'bottom-up') {
    const look = chosen === null ? null : lookOf(chosen, options, undefined);
    const rows = chosen === null || look === null ? [] : hotRows(chosen.stacks, look);
    return output.rows(
      columns,
      rows.filter(({ self, total }) => Math.max(self, total) >= options.min),
    );
  }
  const rows = chosen === null ? [] : callRows(chosen.stacks, lookOf(chosen, options, undefined));
  output.rows<CallRow>([depth, ...columns], rows);
}

function placeColumns(say: Say): Column<Omit<CallRow, 'depth'>>[] {
  return [
    { key: 'function', header: say('header.function'), value: (place) => place.function },
    { key: 'module', header: say('header.module'), value: ({ module }) => module },
    { key: 'class', header: '', value: (place) => place.class },
    { key: 'self', header: say('header.self'), value: ({ self }) => self },
    { key: 'total', header: say('header.total'), value: ({ total }) => total },
  ];
}
