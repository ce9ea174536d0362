// What perf writes behind an address. In: `symbol (file)`; both may hold blanks and parentheses. Out: function and module.
import type { Frame } from '../../shared/model/profile.ts';
import { truncate } from '../../shared/text.ts';

const longestFunction = 512;
const longestModule = 256;
const unknown = '[unknown]';

/** A file begins with `/` or `[`. */
export function parseFrame(text: string): Frame {
  const inner = text.endsWith(')') ? text.slice(0, -1) : text;
  const open = Math.max(inner.lastIndexOf(' (/'), inner.lastIndexOf(' (['));
  const at = open >= 0 ? open : inner.lastIndexOf(' (');
  const symbol = at < 0 ? text : inner.slice(0, at);
  return {
    function: truncate(cleanFunction(symbol), longestFunction),
    module: at < 0 ? '' : truncate(moduleOf(inner.slice(at + 2)), longestModule),
  };
}

export function isNamed({ function: name }: Frame): boolean {
  return name !== unknown;
}

/** Rust's hash of a function and the version of a library's symbol say nothing to a reader. */
function cleanFunction(symbol: string): string {
  return symbol.trim().replace(/::h[0-9a-f]{16}$|@@?[A-Z][\w.]{1,40}$/, '') || unknown;
}

function moduleOf(path: string): string {
  const file = path.replace(/ \(deleted\)$/, '');
  if (file.startsWith('[kernel.') || file === '[guest.kernel.kallsyms]') return '[kernel]';
  // Memory without a file, as code made at run time has it.
  if (file === unknown || file === '//anon') return '';
  return file.slice(file.lastIndexOf('/') + 1);
}
