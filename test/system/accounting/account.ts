// The sum: generated = stored + declared, number by number. In: the ledger of a node, and what the store has of it.
// Out: how many there are of each, and every item that breaks the sum, in words.
//
// An item that was being put when its process was killed counts as generated when anything of it is there.
import type { Gap, StoredPosition } from '../../../shared/model/delivery.ts';
import type { GeneratedItem } from './ledger.ts';
import { type ItemClass, itemClasses, timeOf } from './numbered-items.ts';

export interface StoredItems {
  /** One entry for each item as it is read; an item twice is there twice. */
  readonly numbers: Readonly<Record<ItemClass, readonly number[]>>;
  readonly gaps: readonly Gap[];
  /** Of the spool that the ledger names last. */
  readonly positions: readonly StoredPosition[];
  /** What was read and is not what its number says. */
  readonly wrong: readonly string[];
}

export interface Account {
  readonly generated: number;
  readonly stored: number;
  readonly declared: number;
  readonly duplicates: number;
  readonly faults: readonly string[];
}

/** Reasons whose times say when the lost items were measured; the others say when the loss was noticed. */
const timedReasons: ReadonlySet<string> = new Set(['buffer-full', 'thinned', 'restart']);
/** Larger ones are times: the numbers of a loss that has none of its own. */
const highestSequence = 1e9;

export function account(ledger: readonly GeneratedItem[], stored: StoredItems, firstMs: number): Account {
  const faults = [...stored.wrong];
  const sums = itemClasses.map((dataClass) => {
    const own = ledger.filter((item) => item.dataClass === dataClass);
    return accountClass({ dataClass, stored, firstMs, faults }, withInferred(own));
  });
  const sum = (key: 'generated' | 'stored' | 'declared' | 'duplicates'): number =>
    sums.reduce((total, one) => total + one[key], 0);
  return {
    generated: sum('generated'),
    stored: sum('stored'),
    declared: sum('declared'),
    duplicates: sum('duplicates'),
    faults,
  };
}

interface ClassParts {
  readonly dataClass: ItemClass;
  readonly stored: StoredItems;
  readonly firstMs: number;
  readonly faults: string[];
}

interface ClassFacts {
  readonly items: readonly Item[];
  readonly numbers: ReadonlySet<number>;
  readonly gaps: readonly Gap[];
}

type Item = GeneratedItem & { readonly isCertain: boolean };

/** An item that was cut off has the number after the one before it, unless the next one has it. */
function withInferred(items: readonly GeneratedItem[]): readonly Item[] {
  return items.map((item, index) => {
    if (item.sequence !== null) return { ...item, isCertain: true };
    const before = items[index - 1];
    const after = items.slice(index + 1).find(({ sequence }) => sequence !== null);
    const sequence = before?.spoolId === item.spoolId ? (before.sequence ?? 0) + 1 : 1;
    const isTaken = after?.spoolId === item.spoolId && after.sequence === sequence;
    return { ...item, sequence: isTaken ? null : sequence, isCertain: false };
  });
}

function accountClass(parts: ClassParts, items: readonly Item[]) {
  const { dataClass, stored, faults } = parts;
  const numbers = new Set(stored.numbers[dataClass]);
  const known = new Set(items.map(({ number }) => number));
  for (const number of numbers) {
    if (!known.has(number)) faults.push(`${dataClass} ${number} is stored and was not generated`);
  }
  const gaps = stored.gaps.filter((gap) => gap.dataClass === dataClass);
  let declared = 0;
  let neverPut = 0;
  for (const item of items) {
    if (numbers.has(item.number)) continue;
    const covering = gaps.filter((gap) => covers(parts, gap, item)).length;
    if (covering === 1) declared += 1;
    else if (!item.isCertain && covering === 0) neverPut += 1;
    else faults.push(`${dataClass} ${item.number} (sequence ${item.sequence}) is in ${covering} gaps`);
  }
  for (const gap of gaps) checkGap(parts, gap, { items, numbers, gaps });
  if (isThinned(gaps)) {
    const told = gaps.reduce((sum, { count }) => sum + count, 0);
    if (told !== declared) faults.push(`${dataClass}: ${told} are declared, ${declared} are lost`);
  }
  checkPosition(parts, items);
  return {
    generated: items.length - neverPut,
    stored: numbers.size,
    declared,
    duplicates: stored.numbers[dataClass].length - numbers.size,
  };
}

function covers({ firstMs }: ClassParts, gap: Gap, { sequence, number }: Item): boolean {
  const timeMs = timeOf(firstMs, number);
  const isInTime = timeMs >= gap.fromTimeMs && timeMs <= gap.toTimeMs + 999;
  if (!isNumbered(gap)) return isInTime;
  if (sequence === null || sequence < gap.sequences.from || sequence > gap.sequences.to) return false;
  return isInTime || !timedReasons.has(gap.reason);
}

function isNumbered(gap: Gap): gap is Gap & { readonly sequences: NonNullable<Gap['sequences']> } {
  return gap.sequences !== null && gap.sequences.to < highestSequence;
}

/** What is kept of many gets another number, and may be lost under that: only the sum can be right. */
function isThinned(gaps: readonly Gap[]): boolean {
  return gaps.some(({ reason }) => reason === 'thinned');
}

/** A gap says no more than what is lost. */
function checkGap(
  { dataClass, firstMs, faults }: ClassParts,
  gap: Gap,
  { items, numbers, gaps }: ClassFacts,
): void {
  const words = `the gap ${JSON.stringify(gap)} of ${dataClass}`;
  // With numbers, they say what is lost; the times are then only where to look.
  if (gap.count === 0 && gap.reason === 'restart' && !isNumbered(gap)) {
    const isUnder = (number: number) =>
      timeOf(firstMs, number) > gap.fromTimeMs && timeOf(firstMs, number) + 999 < gap.toTimeMs;
    const under = items.filter(({ number }) => numbers.has(number) && isUnder(number));
    if (under.length > 0) faults.push(`${words} lies over ${under.length} stored items`);
  }
  if (!isNumbered(gap)) return;
  const { from, to } = gap.sequences;
  const here = items.filter(
    ({ sequence, number }) => sequence !== null && sequence >= from && sequence <= to && numbers.has(number),
  ).length;
  const missing = to - from + 1 - here;
  if (gap.count !== 0 && gap.count !== missing && !isThinned(gaps))
    faults.push(`${words}: ${missing} are missing`);
  if (missing === 0) faults.push(`${words} lies over what is stored`);
}

/** Every number that was given is there, and none that was not. */
function checkPosition({ dataClass, stored, faults }: ClassParts, items: readonly Item[]): void {
  const last = items.findLast(({ sequence }) => sequence !== null);
  if (last === undefined) return;
  const position = stored.positions.find((one) => one.dataClass === dataClass);
  const highest = Math.max(...items.filter(({ spoolId }) => spoolId === last.spoolId).map(highestOf));
  if (position === undefined || position.beyond.length > 0 || position.sequence < highest) {
    faults.push(`${dataClass} was numbered up to ${highest}, the collector has ${JSON.stringify(position)}`);
  }
  const declared = stored.gaps.filter((gap) => gap.dataClass === dataClass && isNumbered(gap));
  const isExplained = (sequence: number) =>
    items.some((item) => item.sequence === sequence) ||
    declared.some(
      ({ sequences }) => sequences !== null && sequence >= sequences.from && sequence <= sequences.to,
    );
  if (position !== undefined && position.sequence > highest && !isExplained(position.sequence)) {
    faults.push(`${dataClass} was numbered up to ${highest}, the collector has ${position.sequence}`);
  }
}

function highestOf({ sequence, isCertain }: Item): number {
  return isCertain ? (sequence ?? 0) : 0;
}
