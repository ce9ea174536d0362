// What perf writes behind an address. In: `symbol (file)`; both may hold blanks and parentheses. Out: function and module.
// Files are those of a recording, or stand under the labels that we gave them.
import type { Frame } from '../../../shared/model/profile.ts';
import { truncate } from '../../../shared/text.ts';
import { readableName } from './symbol-names.ts';
import { anonymousLabel, type MappedFile, vdsoLabel } from './symbol-records.ts';
import { runTimeFrame } from './symbol-run-time.ts';

const longestFunction = 512;
const longestModule = 256;
export const unknown = '[unknown]';
/** Of code that was made at run time. */
const runTimeModule = '[jit]';
const address = /^0x[0-9a-f]{1,16}$/;

/** A file begins with `/` or `[`. */
export function parseFrame(text: string): Frame {
  const inner = text.endsWith(')') ? text.slice(0, -1) : text;
  const open = Math.max(inner.lastIndexOf(' (/'), inner.lastIndexOf(' (['));
  const at = open >= 0 ? open : inner.lastIndexOf(' (');
  const symbol = at < 0 ? text : inner.slice(0, at);
  return {
    function: truncate(nameOf(symbol), longestFunction),
    module: at < 0 ? '' : truncate(moduleOf(inner.slice(at + 2)), longestModule),
  };
}

export function isNamed({ function: name }: Frame): boolean {
  return name !== unknown && !address.test(name);
}

/** The frame of a recording whose files have labels. Whatever a symbol is called, the label stands last. */
export function parseLabelledFrame(text: string, files: ReadonlyMap<string, MappedFile>): Frame {
  const at = text.lastIndexOf(' (');
  const label = at < 0 ? '' : text.slice(at + 2, -1);
  const path = files.get(label)?.path ?? (label === vdsoLabel ? '[vdso]' : undefined);
  if (path === undefined && label !== anonymousLabel) return parseFrame(text);
  const name = truncate(nameOf(text.slice(0, at)), longestFunction);
  if (path !== undefined) return { function: name, module: truncate(moduleOf(path), longestModule) };
  if (name === unknown) return { function: name, module: '' };
  return cutFrame(runTimeFrame(name)) ?? { function: name, module: runTimeModule };
}

function cutFrame(frame: Frame | undefined): Frame | undefined {
  return frame && { ...frame, module: truncate(frame.module, longestModule) };
}

function nameOf(symbol: string): string {
  return readableName(symbol) || unknown;
}

function moduleOf(path: string): string {
  const file = path.replace(/ \(deleted\)$/, '');
  if (file.startsWith('[kernel.') || file === '[guest.kernel.kallsyms]') return '[kernel]';
  // Memory without a file, as code made at run time has it.
  if (file === unknown || file === '//anon') return '';
  return file.slice(file.lastIndexOf('/') + 1);
}
