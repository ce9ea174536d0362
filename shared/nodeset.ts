// Node sets as people write them: n[001-100], n[1-9/2], r[1-4]n[01-16], with union `,` (or a space), difference `!`,
// intersection `&` and symmetric difference `^`, from left to right; the essentials of ClusterShell's grammar.
// In: text, or names. Out: names, or the shortest usual text. Refuses wildcards, groups, an empty text and everything
// that would name more nodes than the caller's limit, before anything is expanded.

/** A text that is no node set, or one that names too many. */
export class NodeSetError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.name = 'NodeSetError';
    this.remedy = remedy;
  }
}

const maxTextLength = 65_536;
const maxNameLength = 253;
/** The parts of a text may overlap; all together they may not name more than this many times the limit. */
const maxOverlap = 8;
/** More digits are not counted with; such a number stays plain text. */
const maxDigits = 15;

interface Range {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** Digits to pad to; 0 for none. */
  readonly width: number;
}

/** A piece of a name: always the same, or running through ranges. */
type Piece = string | readonly Range[];

/** The names in a node set, each once, in the order written. */
export function expandNodeSet(text: string, limit: number): string[] {
  if (text.length > maxTextLength) {
    throw new NodeSetError(`node set: ${text.length} characters long`, `Write at most ${maxTextLength}.`);
  }
  let names = new Set<string>();
  let expanded = 0;
  for (const { operator, operand } of splitOperands(text)) {
    const pieces = parseOperand(operand);
    const count = countNames(pieces, limit);
    expanded += count;
    if (count > limit || expanded > limit * maxOverlap) throw tooMany(operand, limit);
    names = combine(names, operator, new Set(expandPieces(pieces)));
    if (names.size > limit) throw tooMany(operand, limit);
  }
  return [...names];
}

function tooMany(operand: string, limit: number): NodeSetError {
  return new NodeSetError(
    `node set ${quote(operand)}: names more than ${limit} nodes`,
    `Name at most ${limit} nodes at once.`,
  );
}

function combine(names: Set<string>, operator: string, operand: Set<string>): Set<string> {
  if (operator === '!') return new Set([...names].filter((name) => !operand.has(name)));
  if (operator === '&') return new Set([...names].filter((name) => operand.has(name)));
  if (operator === '^') return symmetricDifference(names, operand);
  for (const name of operand) names.add(name);
  return names;
}

function symmetricDifference(names: Set<string>, operand: Set<string>): Set<string> {
  const onlyLeft = [...names].filter((name) => !operand.has(name));
  const onlyRight = [...operand].filter((name) => !names.has(name));
  return new Set([...onlyLeft, ...onlyRight]);
}

/** Cuts at operators outside of brackets. The first operand is joined to the empty set. */
function splitOperands(text: string): { operator: string; operand: string }[] {
  const trimmed = text.trim();
  if (trimmed === '') throw new NodeSetError('node set: empty', 'Name at least one node, e.g. n[001-100].');
  const tokens = trimmed.matchAll(/\s*([,!&^]|\s)\s*|((?:\[[^\]]*\]?|[^\s,!&^[])+)/g);
  const operands: { operator: string; operand: string }[] = [];
  let operator: string | undefined = ',';
  for (const [, separator, operand = ''] of tokens) {
    if ((separator === undefined) === (operator === undefined)) throw missingOperand(trimmed);
    if (operator !== undefined) operands.push({ operator, operand });
    operator = separator;
  }
  if (operator !== undefined) throw missingOperand(trimmed);
  return operands;
}

function missingOperand(text: string): NodeSetError {
  return new NodeSetError(
    `node set ${quote(text)}: an operator has no nodes beside it`,
    'Write nodes on both sides of , ! & and ^.',
  );
}

function parseOperand(operand: string): Piece[] {
  const pieces: Piece[] = [];
  for (const [piece, ranges, plain] of operand.matchAll(/\[([^\]]*)\]|([^[]+)|\[/g)) {
    if (ranges !== undefined) pieces.push(ranges.split(',').map((each) => parseRange(each.trim(), operand)));
    else if (plain !== undefined && /^[A-Za-z0-9._-]+$/.test(plain)) pieces.push(plain);
    else throw badCharacter(operand, piece);
  }
  const [start] = pieces;
  if (typeof start === 'string' && /^[._-]/.test(start)) throw badCharacter(operand, start.charAt(0));
  const longest = pieces.reduce((sum, piece) => sum + (typeof piece === 'string' ? piece.length : 1), 0);
  if (longest > maxNameLength) {
    throw new NodeSetError(`node set ${quote(operand)}: too long a name`, `Use ${maxNameLength} characters.`);
  }
  return pieces;
}

function badCharacter(operand: string, piece: string): NodeSetError {
  const subject = `node set ${quote(operand)}`;
  if (piece === '[') return new NodeSetError(`${subject}: a bracket is not closed`, 'Close it: n[1-3].');
  if (piece.includes('@')) {
    return new NodeSetError(`${subject}: node groups are not known here`, 'Name the nodes themselves.');
  }
  return new NodeSetError(
    `${subject}: not a node name`,
    'Names begin with a letter or digit and go on with letters, digits, dot, dash, underscore.',
  );
}

function parseRange(text: string, operand: string): Range {
  const match = /^(\d+)(?:-(\d+)(?:\/(\d+))?)?$/.exec(text);
  const [, from = '', to = from, by = '1'] = match ?? [];
  const [first, last, step] = [Number(from), Number(to), Number(by)];
  const padded = isPadded(from) || isPadded(to);
  const tooLong = Math.max(from.length, to.length, by.length) > maxDigits;
  if (match === null || last < first || step < 1 || tooLong || (padded && from.length !== to.length)) {
    throw new NodeSetError(
      `node set ${quote(operand)}: bad range ${quote(text)}`,
      'Write 7, 1-9, 1-9/2 or, padded to one width, 001-100.',
    );
  }
  return { first, last, step, width: padded ? from.length : 0 };
}

function isPadded(digits: string): boolean {
  return digits.length > 1 && digits.startsWith('0');
}

/** Exact up to the limit; above it only known to be more. */
function countNames(pieces: readonly Piece[], limit: number): number {
  let count = 1;
  for (const piece of pieces) {
    if (typeof piece === 'string') continue;
    count *= piece.reduce((sum, { first, last, step }) => sum + Math.floor((last - first) / step) + 1, 0);
    if (count > limit) return Number.POSITIVE_INFINITY;
  }
  return count;
}

function expandPieces(pieces: readonly Piece[]): string[] {
  let names = [''];
  for (const piece of pieces) {
    const endings = typeof piece === 'string' ? [piece] : piece.flatMap(expandRange);
    names = names.flatMap((name) => endings.map((ending) => name + ending));
  }
  return names;
}

function expandRange({ first, last, step, width }: Range): string[] {
  const count = Math.floor((last - first) / step) + 1;
  return Array.from({ length: count }, (_, index) => String(first + index * step).padStart(width, '0'));
}

/** Enough of a text to recognise it by, harmless to print. */
function quote(text: string): string {
  const head = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return JSON.stringify(head.replace(/[^\x20-\x7e…]/g, '?'));
}

/** The shortest usual text for node names; '' for none. Double names count once. */
export function foldNodeSet(names: readonly string[]): string {
  const groups = new Map<string, string[][]>();
  for (const name of new Set(names)) {
    const parts = name.split(/(?<!\d)(\d{1,15})(?!\d)/);
    const numbers = parts.filter((_, index) => index % 2 === 1);
    const skeleton = parts.filter((_, index) => index % 2 === 0).join('[]');
    const group = groups.get(skeleton);
    if (group === undefined) groups.set(skeleton, [numbers]);
    else group.push(numbers);
  }
  const sorted = [...groups].sort(([left], [right]) => (left < right ? -1 : 1));
  return sorted.flatMap(([skeleton, numbers]) => foldGroup(skeleton.split('[]'), numbers)).join(',');
}

/** Names that differ only in their numbers: joins along one number after the other, the last one first. */
function foldGroup(texts: readonly string[], numbers: readonly (readonly string[])[]): string[] {
  let boxes = numbers.map((values) => values.map((value) => [value]));
  for (let axis = texts.length - 2; axis >= 0; axis -= 1) boxes = mergeAlong(axis, boxes);
  const folded = boxes.map((box) => ({ box, text: texts.map((text, axis) => text + foldValues(box[axis])) }));
  return folded.sort((left, right) => compareBoxes(left.box, right.box)).map(({ text }) => text.join(''));
}

/** Joins boxes that are alike in all other axes. */
function mergeAlong(axis: number, boxes: readonly string[][][]): string[][][] {
  const merged = new Map<string, string[][]>();
  for (const box of boxes) {
    const key = box.map((values, index) => (index === axis ? '' : values.join())).join(';');
    const found = merged.get(key);
    if (found === undefined) merged.set(key, box.with(axis, [...(box[axis] ?? [])]));
    else found[axis]?.push(...(box[axis] ?? []));
  }
  for (const box of merged.values()) box[axis]?.sort(compareNumbers);
  return [...merged.values()];
}

function foldValues(values: readonly string[] = ['']): string {
  const [only = ''] = values;
  if (values.length === 1) return only;
  const paddedWidths = new Set(values.filter(isPadded).map((value) => value.length));
  const runs = new Map<number, string[][]>();
  for (const value of values) {
    const width = paddedWidths.has(value.length) ? value.length : 0;
    const ofWidth = runs.get(width) ?? [];
    const run = ofWidth.at(-1);
    if (run !== undefined && isNext(run.at(-1), value)) run.push(value);
    else ofWidth.push([value]);
    runs.set(width, ofWidth);
  }
  const texts = [...runs].sort(([left], [right]) => left - right).flatMap(([, each]) => each);
  return `[${texts.map((run) => (run.length === 1 ? run[0] : `${run[0]}-${run.at(-1)}`)).join(',')}]`;
}

function isNext(before: string | undefined, value: string): boolean {
  return before !== undefined && value.length <= maxDigits && Number(value) === Number(before) + 1;
}

function compareBoxes(left: readonly string[][], right: readonly string[][]): number {
  for (const [axis, values] of left.entries()) {
    const order = compareNumbers(values[0] ?? '', right[axis]?.[0] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function compareNumbers(left: string, right: string): number {
  return (
    Number(left) - Number(right) || left.length - right.length || (left < right ? -1 : Number(left > right))
  );
}
