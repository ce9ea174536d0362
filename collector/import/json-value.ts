// Values out of a JSON file of which nothing is known. In: a value and where it stands. Out: it, as what it must be.
// It refuses (ImportError) anything else.
import { truncate, visible } from '../../shared/text.ts';
import { badFile } from './import-error.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown, where: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw badFile(`${where}: no object`);
}

export function listOf(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw badFile(`${where}: no list`);
}

export function numberOf(value: unknown, where: string): number {
  if (typeof value === 'number') return value;
  throw badFile(`${where}: no number`);
}

export function textOf(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw badFile(`${where}: no text`);
}

/** Of a list or an object only what it is: it may be nested deeper than a program writes. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return truncate(visible(JSON.stringify(value) ?? 'nothing'), 40);
}
