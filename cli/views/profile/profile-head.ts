// What every view of a profile begins with: whose it is, how it went, how it was taken, how good its names are. In: the API's
// object. Out: lines.
import type { Profile } from '../../../shared/api/profile.ts';
import { formatRatio, formatSeconds } from '../../../shared/format.ts';
import { foldNodeSet } from '../../../shared/nodeset.ts';
import { targetName } from '../../../shared/profile-target.ts';
import type { Say } from '../../language/language.ts';
import { showTime } from '../../output/show-value.ts';
import { commandPiece, type Piece, piece, type StyledLine } from '../../output/styled-text.ts';
import { whereText } from '../profile-list.ts';
import { reasonLines, reasonText } from '../reason-view.ts';
import { statusStyle } from '../status-style.ts';
import { weightText } from './weight-text.ts';

export function headLines(profile: Profile, say: Say): StyledLine[] {
  const { target, name, node, user } = profile;
  const whose = node === null ? (user ?? '') : [user, node].filter((part) => part !== null).join('@');
  const where = node === null ? whereText(profile, say) : '';
  const took = profile.started !== null && profile.ended !== null ? profile.ended - profile.started : null;
  const title = name ?? targetName(target);
  const what = target.kind === 'process' ? `pid ${target.pid}` : name === null ? '' : targetName(target);
  return [
    [
      piece(title, 'strong'),
      ...[what, whose, where].filter((text) => text !== '').map((text) => piece(`  ${text}`)),
      piece('  '),
      piece(say(`status.${profile.status}`), statusStyle(profile.status)),
      piece(`  ${showTime(profile.started ?? profile.created)}`),
      // A file that was imported may not tell how long it took.
      piece(took === 0 ? '' : `  ${formatSeconds(took ?? profile.duration)}`),
    ],
    ...(profile.command === null ? [] : [[piece(profile.command, 'dim')]]),
    samplesLine(profile, say),
    ...namesLines(profile, say),
    ...(profile.reason === null ? [] : reasonLines(profile.reason, say)),
  ];
}

function samplesLine(profile: Profile, say: Say): StyledLine {
  const { samples, lost, frequency } = profile;
  const line = [piece(say('fact.samples', { samples, frequency, event: eventText(profile) }))];
  if (lost === 0) return [...line, piece(say('fact.noneLost'))];
  const share = formatRatio(lost / Math.max(1, samples + lost));
  return [...line, piece(say('fact.lost', { lost, share }), 'warning')];
}

/** perf's name, behind ours where it does not say the same: `cpu-clock:u`, `wall: cpu-clock, context-switches`. */
function eventText({ event, sampledEvent }: Profile): string {
  if (sampledEvent === null) return '–';
  return sampledEvent.startsWith(event) ? sampledEvent : `${event}: ${sampledEvent.replaceAll(',', ', ')}`;
}

/** Below, names are a matter of chance. */
const goodNames = 0.9;

/** How callers were found, and how many functions have a name; why not more, and what helps. */
function namesLines({ callGraph, symbols, unit }: Profile, say: Say): StyledLine[] {
  const facts: Piece[][] = [];
  if (callGraph !== null) facts.push([piece(callersText(callGraph, say))]);
  if (symbols !== null) {
    const share = formatRatio(symbols.named);
    const isGood = symbols.reason === null && symbols.named >= goodNames;
    facts.push([piece(say('fact.named', { share }), isGood ? 'plain' : 'warning')]);
  }
  if (unit !== 'samples') facts.push([piece(say(`fact.unit.${unit}`))]);
  const line = facts.flatMap((fact, order) => (order === 0 ? fact : [piece('  '), ...fact]));
  const why = symbols?.reason ?? null;
  return [...(line.length === 0 ? [] : [line]), ...(why === null ? [] : reasonLines(why, say, 'warning'))];
}

/** perf's word, in ours: 'fp', 'dwarf', 'dwarf,8192 (why)', 'lbr'. */
function callersText(word: string, say: Say): string {
  const [way] = word.split(/[ ,]/);
  if (way === 'fp' || way === 'dwarf') return say(`fact.callersBy.${way}`);
  return say('fact.callersBy.other', { way: word });
}

/** Which nodes have no part, or less of it, by reason; nothing when all went well. */
export function partsLines(id: string, parts: readonly Profile[], say: Say): StyledLine[] {
  if (parts.length === 0) return [];
  const bad = parts.filter(({ status }) => status === 'failed' || status === 'partial');
  const reasons = Map.groupBy(bad, ({ reason, status }) =>
    reason === null ? say(`status.${status}`) : reasonText(reason, say),
  );
  if (bad.length === 0) return [[piece(say('fact.allParts', { count: parts.length }))]];
  return [
    [
      piece(say('fact.parts', { good: parts.length - bad.length, count: parts.length })),
      piece(`  ${say('fact.partsDetail')}`, 'dim'),
      commandPiece(`jidi profile show ${id} --parts`),
    ],
    ...[...reasons]
      .slice(0, mostReasons)
      .map(([message, those]) => [
        piece(`  ${foldNodeSet(those.map(({ node }) => node ?? '–'))}: ${message}`, 'warning'),
      ]),
    ...(reasons.size > mostReasons
      ? [[piece(`  ${say('fact.more', { count: reasons.size - mostReasons })}`, 'dim')]]
      : []),
  ];
}

const mostReasons = 4;

/** What was chosen of the profile, and how much that is; nothing when it is all of it. */
export function chosenLine(
  chosen: string,
  { weight, profile }: { readonly weight: number; readonly profile: Profile },
  say: Say,
): StyledLine[] {
  if (chosen === '') return [];
  const { unit, samples } = profile;
  const share = unit === 'samples' && samples > 0 ? `  (${formatRatio(weight / samples)})` : '';
  return [[piece(`${chosen}: `, 'accent'), piece(`${weightText(weight, unit, say)}${share}`)]];
}
