// Reads the text of `perf script -F comm,pid,tid,time,event,period,ip,sym,dso --show-switch-events` while it streams by.
// In: bytes in pieces of any size. Out: samples, leaf first, and switches, one by one. They look like this; an empty line ends
// a sample:
//   my prog  6883/6884  34690.135849:   10101010                  cpu-clock:
//   	            113e hot(int, char (*)(int)) (/opt/my app (x86)/split)
//   	ffffffffb2a00b1e do_syscall_64 ([kernel.kallsyms])
//   	           2724a [unknown] (/tmp/old.so (deleted))
//   my prog  6883/6884  34690.021094: PERF_RECORD_SWITCH OUT preempt
// Names of programs, functions and files are hostile: lines that fit nowhere are skipped, a sample without its end is dropped,
// and long lines are cut. (tools/perf/builtin-script.c and util/evsel_fprintf.c print the format.)
import { StringDecoder } from 'node:string_decoder';

const longestLine = 64 * 1024;
const mostTexts = 100_000;
const closing = ')'.charCodeAt(0);
const opening = '['.charCodeAt(0);
const header = /^\s*(.*?)\s+(\d{1,10})\/(\d{1,10})\s+(\d{1,12})\.(\d{6}):\s+(.*)$/s;
const sampled = /^(\d{1,19})\s+(\S{1,80}?):\s*$/;
const switched = /^PERF_RECORD_SWITCH(?:_CPU_WIDE)? (IN|OUT)( preempt)?/;

export interface ScriptMoment {
  readonly pid: number;
  readonly tid: number;
  /** Of the clock with which perf recorded. */
  readonly timeUs: number;
}

export interface ScriptSample extends ScriptMoment {
  /** Name of the thread, hostile. */
  readonly name: string;
  readonly event: string;
  readonly period: number;
}

export interface ScriptTaker {
  /** `frames`: what stands behind each address, leaf first, as perf writes it: `symbol (file)`. */
  sample(sample: ScriptSample, frames: readonly string[]): void;
  /** Another text for a frame without a symbol, which has an address within its file. */
  unnamed?(pid: number, address: string, frame: string): string;
  /** `preempted`: it would have gone on. */
  switched(moment: ScriptMoment, how: 'in' | 'out' | 'preempted'): void;
}

export class PerfScriptText {
  /** Lines that were no part of a sample. */
  strayLines = 0;
  samples = 0;
  /** What perf never writes: a symbol with a line feed can. */
  forgedLines = 0;
  readonly #taker: ScriptTaker;
  readonly #decoder = new StringDecoder('utf8');
  readonly #frames: string[] = [];
  /** Of frames, each once. */
  readonly #texts = new Map<string, string>();
  #sample: ScriptSample | undefined;
  #tail = '';
  #isLineTooLong = false;

  constructor(taker: ScriptTaker) {
    this.#taker = taker;
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
    const [, name = '', pid, tid, seconds, micros, rest = ''] = header.exec(line) ?? [];
    const moment = { pid: Number(pid), tid: Number(tid), timeUs: Number(seconds) * 1e6 + Number(micros) };
    const change = switched.exec(rest);
    const taken = change ? null : sampled.exec(rest);
    if (pid === undefined || (change === null && taken === null)) {
      this.strayLines += 1;
      return;
    }
    if (change) {
      const how = change[1] === 'IN' ? 'in' : change[2] === undefined ? 'out' : 'preempted';
      return this.#taker.switched(moment, how);
    }
    // A header within a sample: the end of the one before is missing.
    if (this.#sample !== undefined) this.forgedLines += 1;
    this.#frames.length = 0;
    this.#sample = { ...moment, name: this.#own(name), period: Number(taken?.[1]), event: taken?.[2] ?? '' };
  }

  #frameLine(text: string, start: number, end: number): void {
    let at = start;
    while (at < end && text.charCodeAt(at) === 32) at += 1;
    const blank = text.indexOf(' ', at);
    if (this.#sample === undefined || blank < 0 || blank >= end) {
      this.strayLines += 1;
      return;
    }
    if (text.charCodeAt(end - 1) !== closing) this.forgedLines += 1;
    const frame = text.slice(blank + 1, end);
    const isUnnamed = text.charCodeAt(blank + 1) === opening && frame.startsWith('[unknown] ');
    const other = isUnnamed ? this.#taker.unnamed?.(this.#sample.pid, text.slice(at, blank), frame) : frame;
    this.#frames.push(this.#own(other ?? frame));
  }

  /** A piece of a string keeps the whole one in memory; what is kept for long must be no piece. */
  #own(piece: string): string {
    const known = this.#texts.get(piece);
    if (known !== undefined) return known;
    const own = flat(piece);
    if (this.#texts.size < mostTexts) this.#texts.set(own, own);
    return own;
  }

  #endSample(): void {
    if (this.#sample === undefined) return;
    this.samples += 1;
    this.#taker.sample(this.#sample, this.#frames);
    this.#sample = undefined;
    this.#frames.length = 0;
  }
}

/** V8 makes no copy by itself. */
function flat(piece: string): string {
  return Buffer.from(piece, 'utf16le').toString('utf16le');
}
