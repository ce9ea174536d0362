// In: folded text, one stack a line: frames from root to leaf joined by ';', a blank, a count. Out: the profile it tells.
// Of functions in modules it tells little, of time nothing. A count with a fraction is rounded; empty lines are passed over.
// It refuses (ImportError) a line without a count, one that is too long, and what the gatherer refuses.
import { truncate, visible } from '../../shared/text.ts';
import { foldedFrame } from './file-frame.ts';
import { type FileProfile, type ToldBesides, unitOf } from './file-profile.ts';
import { badFile, type ImportError, tooLarge } from './import-error.ts';
import { StackGatherer } from './stack-gatherer.ts';

/** Of a line, bytes. */
const longestLine = 4 * 1024 * 1024;
const lineFeed = 0x0a;

export function parseFolded(
  bytes: Uint8Array,
  { event, frequencyHz }: ToldBesides,
  gatherer = new StackGatherer(),
): FileProfile {
  const names = new Map<string, number>();
  const frameOf = (text: string): number => {
    const known = names.get(text);
    if (known !== undefined) return known;
    const { function: name, module } = foldedFrame(text);
    const number = gatherer.frame(name, module);
    if (number >= 0) names.set(text, number);
    return number;
  };
  let samples = 0;
  for (const { text, number } of linesOf(bytes)) {
    if (text.trim() === '') continue;
    const { stack, count } = parseLine(text, number);
    const weight = Math.round(count);
    samples += weight;
    gatherer.add(stack.split(';').map(frameOf), weight, `line ${number}`);
  }
  const unit = unitOf(event);
  const nothing = { startedTimeMs: null, durationMs: null };
  return { ...gatherer.build('folded text'), ...nothing, event, unit, frequencyHz, samples };
}

function* linesOf(bytes: Uint8Array): Generator<{ readonly text: string; readonly number: number }> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let number = 0;
  for (let from = 0; from < buffer.length; ) {
    const found = buffer.indexOf(lineFeed, from);
    const to = found < 0 ? buffer.length : found;
    number += 1;
    if (to - from > longestLine)
      throw tooLarge(`line ${number}: ${to - from} bytes, at most ${longestLine} are taken`);
    const text = buffer.toString('utf8', from, to);
    yield { text: number === 1 ? text.replace(/^\ufeff/, '') : text, number };
    from = to + 1;
  }
}

/** The count stands after the last blank: a name may have blanks and digits, too. */
function parseLine(text: string, number: number): { readonly stack: string; readonly count: number } {
  const line = text.trimEnd();
  const blank = Math.max(line.lastIndexOf(' '), line.lastIndexOf('\t'));
  const written = line.slice(blank + 1);
  if (blank < 1 || !/^\d{1,16}(\.\d{1,20})?$/.test(written)) throw noCount(line, number);
  return { stack: line.slice(0, blank), count: Number(written) };
}

function noCount(line: string, number: number): ImportError {
  return badFile(
    `line ${number}: no count at its end: ${truncate(visible(line), 80)}`,
    'Each line is a stack and a count: main;solve;dot 42. What perf script writes must be folded before: perf script | stackcollapse-perf.pl',
  );
}
