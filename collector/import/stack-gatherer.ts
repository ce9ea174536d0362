// Gathers the stacks of a file, one after another. In: frames by name, stacks as lists of them, weights. Out: one tree.
// It refuses (ImportError) a stack that is too deep, a weight that is no number from 0 on, and more weight than numbers count
// exactly. Functions, branches and text beyond the bounds count for `[rest]`.
import { restFrame, type Stacks } from '../../shared/stacks/stacks.ts';
import { StacksBuilder } from '../../shared/stacks/stacks-builder.ts';
import { truncate } from '../../shared/text.ts';
import { badFile, ImportError, tooLarge } from './import-error.ts';

export interface GathererLimits {
  readonly branches: number;
  readonly functions: number;
  /** Frames of one stack. */
  readonly depth: number;
  /** Characters of a function and of a module, as agents have them. */
  readonly functionText: number;
  readonly moduleText: number;
  /** Characters of all functions and modules. */
  readonly text: number;
}

export const gathererLimits: GathererLimits = {
  branches: 250_000,
  functions: 100_000,
  depth: 4096,
  functionText: 512,
  moduleText: 256,
  text: 2 ** 24,
};

export class StackGatherer {
  readonly #limits: GathererLimits;
  readonly #builder: StacksBuilder;
  readonly #numbers = new Map<string, number>();
  #textLeft: number;
  #weight = 0;
  /** Of the stacks that were cut off in the file already. */
  #restWeight = 0;

  constructor(limits: GathererLimits = gathererLimits) {
    this.#limits = limits;
    this.#builder = new StacksBuilder({ branches: limits.branches, frames: limits.functions });
    this.#textLeft = limits.text;
  }

  /** Number of a function; -1: there is no room for one more. */
  frame(name: string, module: string): number {
    const key = keyOf(name, module);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const { functionText, moduleText } = this.#limits;
    const frame = { function: truncate(name, functionText), module: truncate(module, moduleText) };
    const text = frame.function.length + frame.module.length;
    if (text > this.#textLeft) return -1;
    const number = this.#builder.frame(frame);
    if (number < 0) return -1;
    this.#textLeft -= text;
    // A long name is looked for anew each time; what is remembered is bounded.
    if (key.length <= functionText + moduleText + 1) this.#numbers.set(key, number);
    return number;
  }

  /** `frames`: root to leaf. `where`: for messages, e.g. `line 7`. */
  add(frames: readonly number[], weight: number, where: string): void {
    if (frames.length > this.#limits.depth)
      throw tooLarge(`${where}: ${frames.length} frames on a stack, at most ${this.#limits.depth} are taken`);
    if (!(weight >= 0)) throw badFile(`${where}: a weight below 0`);
    if (weight === 0 || frames.length === 0) return;
    this.#weight += weight;
    if (this.#weight > Number.MAX_SAFE_INTEGER)
      throw badFile(`${where}: the weights are together more than 2^53`);
    if (frames[0] !== undefined && frames[0] === this.#numbers.get(restKey)) this.#restWeight += weight;
    let branch = -1;
    for (const frame of frames) branch = this.#builder.branch(branch, frame);
    this.#builder.add(branch, weight);
  }

  /** Throws when nothing was added. */
  build(what: string): { readonly stacks: Stacks; readonly cutWeight: number } {
    if (this.#weight === 0)
      throw new ImportError('empty-file', `${what}: nothing was sampled`, 'Choose a file that has samples.');
    const stacks = this.#builder.build();
    return { stacks, cutWeight: this.#cutWeight(stacks) };
  }

  #cutWeight({ frames, parents, frameIds, total }: Stacks): number {
    const ground = parents.findIndex((parent, branch) => {
      const frame = frames[frameIds[branch] ?? 0];
      return parent === -1 && frame?.function === restFrame.function && frame.module === restFrame.module;
    });
    return ground < 0 ? 0 : (total[ground] ?? 0) - this.#restWeight;
  }
}

const restKey = keyOf(restFrame.function, restFrame.module);

function keyOf(name: string, module: string): string {
  return `${name}\0${module}`;
}
