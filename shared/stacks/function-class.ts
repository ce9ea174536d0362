// What kind of work a function is: MPI, linear algebra, I/O, allocation, runtime, kernel, or the program's own code.
// In: the rules of a table, in their order. Out: the class of a frame. A frame that no rule knows is own code, but for
// those without any name.
import type { Frame } from '../model/profile.ts';
import { restFrame, unknownFrame } from './stacks.ts';

export interface ClassRule {
  readonly class: string;
  /** Each is the begin of a module's or a function's name; one that matches is enough. Absent: any. */
  readonly modules?: readonly string[];
  readonly functions?: readonly string[];
}

export const ownCode = 'own-code';
/** Nobody can say what it is: there was no symbol and no file, or no room. */
export const unknownWork = 'unknown';

export class FunctionClasses {
  readonly #rules: readonly ClassRule[];
  readonly #known = new Map<string, string>();
  /** Profiles that share their frames are looked at one after another. */
  readonly #ofFrame = new WeakMap<Frame, string>();

  constructor(rules: readonly ClassRule[]) {
    this.#rules = rules;
  }

  of(frame: Frame): string {
    const found = this.#ofFrame.get(frame) ?? this.#ofNames(frame);
    this.#ofFrame.set(frame, found);
    return found;
  }

  #ofNames(frame: Frame): string {
    const key = `${frame.function}\0${frame.module}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = this.#rules.find((rule) => isMet(rule, frame))?.class ?? withoutRule(frame);
    // Names are hostile and without number: what is remembered is not.
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(key, found);
    return found;
  }
}

const maxKnown = 100_000;

function withoutRule({ function: name, module }: Frame): string {
  const isUnknown = module === '' && (name === restFrame.function || name === unknownFrame.function);
  return isUnknown ? unknownWork : ownCode;
}

/** A rule with modules and functions wants both. */
function isMet({ modules, functions }: ClassRule, frame: Frame): boolean {
  const begins = (text: string) => (begin: string) => text.startsWith(begin);
  return (modules?.some(begins(frame.module)) ?? true) && (functions?.some(begins(frame.function)) ?? true);
}
