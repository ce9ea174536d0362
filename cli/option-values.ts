// Values of options, read from text. What cannot be read is a usage error that shows how to write it.
import { InvalidArgumentError } from 'commander';
import { parseDuration, parseMoment } from '../shared/duration.ts';
import { expandNodeSet, NodeSetError } from '../shared/nodeset.ts';
import { CliError, exitCodes } from './exit-code.ts';

export function integerFrom(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,15}$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Write a whole number from ${min} to ${max}.`);
  };
}

/** '30s' → seconds. */
export function secondsFrom(min: number, max: number): (text: string) => number {
  return (text) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= min * 1000 && ms <= max * 1000) return ms / 1000;
    throw new InvalidArgumentError(`Write a duration from ${min}s to ${max}s, e.g. ${min}s or 1m.`);
  };
}

/** A date and a time without a zone are the person's, not the collector's; what is relative is up to its clock. */
export function momentText(text: string): string {
  const moment = /^\d{4}-/.test(text) ? parseMoment(text, 0) : undefined;
  return moment === undefined ? text : String(moment / 1000);
}

/** '0.5%' or '0.5' → 0.005. */
export function parsePercent(text: string): number {
  const value = Number(/^(\d{1,3}(?:\.\d{1,6})?)\s*%?$/.exec(text)?.[1]);
  if (value >= 0 && value <= 100) return value / 100;
  throw new InvalidArgumentError('Write a percentage from 0% to 100%, e.g. 0.5%.');
}

/** Gathers repeated `key=value`. */
export function gatherPair(
  text: string,
  earlier: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new InvalidArgumentError('Write key=value.');
  return { ...earlier, [key]: value };
}

export function readNodeSet(text: string, limit: number): string[] {
  try {
    const names = expandNodeSet(text, limit);
    if (names.length > 0) return names;
  } catch (error) {
    if (!(error instanceof NodeSetError)) throw error;
    throw new CliError(exitCodes.usage, error.message, error.remedy, { cause: error });
  }
  throw new CliError(exitCodes.usage, `node set ${JSON.stringify(text)}: empty`, 'Name at least one node.');
}
