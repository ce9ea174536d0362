// Names and heads of segments. A name says the class and the number of the first batch, so that a damaged head costs
// nothing but what stands in it alone.
import type { DataClass } from '../../shared/model/delivery.ts';

export const spoolFormat = 1;

export interface SegmentHead {
  readonly format: number;
  readonly spoolId: string;
  readonly dataClass: DataClass;
  readonly bootId: string;
  readonly itemsBefore: number;
  /** Numbers from here to the first one are accounted for: nobody need look for them. */
  readonly accountedFrom: number;
}

/** Two segments may begin with the same number when one of them is empty. */
export function newName(
  dataClass: DataClass,
  sequence: number,
  others: readonly { readonly name: string }[],
): string {
  const plain = `${dataClass}.${sequence}`;
  const taken = new Set(others.map(({ name }) => name));
  if (!taken.has(plain)) return plain;
  let again = 1;
  while (taken.has(`${plain}.${again}`)) again += 1;
  return `${plain}.${again}`;
}

/** Those of the class with the number of their first batch, ascending; other names are passed over. */
export function namesOf(
  dataClass: DataClass,
  names: readonly string[],
): readonly { readonly name: string; readonly first: number }[] {
  return names
    .map((name) => ({ name, first: firstOf(name, dataClass) }))
    .filter(({ first }) => first > 0)
    .toSorted((one, other) => one.first - other.first || againOf(one.name) - againOf(other.name));
}

export function headOf(head: unknown): SegmentHead | undefined {
  // Its checksum is right: an agent wrote it.
  const known = head as SegmentHead | undefined;
  return known?.format === spoolFormat ? known : undefined;
}

/** 0 for a name that is none of this class. */
function firstOf(name: string, dataClass: DataClass): number {
  const [word, first = '', again = '0', ...rest] = name.split('.');
  if (word !== dataClass || rest.length > 0 || !/^[1-9]\d{0,13}$/.test(first) || !/^\d{1,3}$/.test(again))
    return 0;
  return Number(first);
}

function againOf(name: string): number {
  return Number(name.split('.')[2] ?? 0);
}
