// Folds the text of `perf script -F pid,tid,ip,sym,dso` into a tree of stacks while it streams by.
// In: bytes in pieces of any size. Out: the tree and the count of samples of one process. A sample looks like this,
// leaf first, and ends with an empty line:
//    6883/6883
//   	            113e hot(int, char (*)(int)) (/opt/my app (x86)/split)
//   	ffffffffb2a00b1e do_syscall_64 ([kernel.kallsyms])
//   	           2724a [unknown] (/tmp/old.so (deleted))
// Names of functions and files are hostile: lines that fit nowhere are skipped, a sample without its end is dropped,
// and long lines are cut. (tools/perf/builtin-script.c and util/evsel_fprintf.c print the format.)
import { StringDecoder } from 'node:string_decoder';
import type { Frame } from '../../shared/model/profile.ts';
import { truncate } from '../../shared/text.ts';
import { StackTreeBuilder } from './stack-tree-builder.ts';

const longestLine = 64 * 1024;
const longestFunction = 512;
const longestModule = 256;
const unknown = '[unknown]';

export class PerfScriptFolder {
  /** Lines that were no part of a sample. */
  strayLines = 0;
  readonly builder: StackTreeBuilder;
  readonly #pid: number;
  readonly #decoder = new StringDecoder('utf8');
  readonly #frameNumbers = new Map<string, number>();
  readonly #stack: number[] = [];
  #inSample = false;
  #isOfProcess = false;
  #tail = '';
  #isLineTooLong = false;

  constructor(pid: number, builder = new StackTreeBuilder()) {
    this.#pid = pid;
    this.builder = builder;
  }

  write(bytes: Buffer): void {
    const text = this.#tail + this.#decoder.write(bytes);
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      if (this.#isLineTooLong) this.#isLineTooLong = false;
      else this.#line(text, start, end);
      start = end + 1;
    }
    this.#tail = this.#isLineTooLong ? '' : text.slice(start);
    if (this.#tail.length > longestLine) this.#cutLine();
  }

  /** The beginning of an endless line counts, its rest does not. */
  #cutLine(): void {
    this.#line(this.#tail, 0, longestLine);
    this.#tail = '';
    this.#isLineTooLong = true;
  }

  #line(text: string, start: number, end: number): void {
    if (start === end) this.#endSample();
    else if (text.charCodeAt(start) === 9) this.#frameLine(text, start + 1, end);
    else this.#header(text.slice(start, end));
  }

  #header(line: string): void {
    const pid = /^\s*(\d{1,10})\/\d{1,10}\s*$/.exec(line)?.[1];
    if (pid === undefined) {
      this.strayLines += 1;
      return;
    }
    // A header within a sample: the end of the one before is missing.
    this.#stack.length = 0;
    this.#inSample = true;
    this.#isOfProcess = Number(pid) === this.#pid;
  }

  #frameLine(text: string, start: number, end: number): void {
    let at = start;
    while (at < end && text.charCodeAt(at) === 32) at += 1;
    const blank = text.indexOf(' ', at);
    if (!this.#inSample || blank < 0 || blank >= end) {
      this.strayLines += 1;
      return;
    }
    if (!this.#isOfProcess) return;
    const key = text.slice(blank + 1, end);
    let frame = this.#frameNumbers.get(key);
    if (frame === undefined) {
      frame = this.builder.frame(parseFrame(key));
      // Beyond the bound every new frame is the same one; remembering its texts would have no end.
      if (frame !== 0) this.#frameNumbers.set(key, frame);
    }
    this.#stack.push(frame);
  }

  #endSample(): void {
    if (!this.#inSample) return;
    this.#inSample = false;
    if (!this.#isOfProcess) return;
    if (this.#stack.length === 0) this.#stack.push(this.#unknownFrame());
    this.builder.add(this.#stack);
    this.#stack.length = 0;
  }

  #unknownFrame(): number {
    const known = this.#frameNumbers.get('');
    if (known !== undefined) return known;
    const frame = this.builder.frame({ function: unknown, module: '' });
    this.#frameNumbers.set('', frame);
    return frame;
  }
}

/** `symbol (file)`; both may hold blanks and parentheses. A file begins with `/` or `[`. */
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
