// A program that knows its shares, while it runs. In: its command. Out: its pid, and at its end what it measured itself:
// the share of its CPU time on each way, `caller;function`.
import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** A call on the way of so much of the time, 0 to 1. */
export interface KnownCall {
  readonly caller: string;
  readonly function: string;
  readonly seconds: number;
  readonly share: number;
}

export class KnownProgram {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #said: Promise<string>;

  constructor([program = '', ...args]: readonly string[], options: { readonly cwd?: string } = {}) {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
    if (child.pid === undefined) throw new Error(`${program} did not start`);
    this.pid = child.pid;
    this.#child = child;
    this.#said = text(child.stdout);
  }

  /** Ends it; what it says of its time. */
  async end(): Promise<readonly KnownCall[]> {
    this.#child.kill('SIGTERM');
    return parseKnownCalls(await this.#said);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

export function parseKnownCalls(said: string): readonly KnownCall[] {
  const lines = said.trim().split('\n');
  const calls = lines.map((line) => {
    const [, caller = '', name = '', seconds = ''] = /^(.*);(.*) ([\d.]+)$/.exec(line) ?? [];
    return { caller, function: name, seconds: Number(seconds) };
  });
  if (!(secondsOf(calls) > 0)) throw new Error(`a program of known shares said: ${said}`);
  return sharedCalls(calls);
}

/** Each with its share of all of them. */
export function sharedCalls(calls: readonly Omit<KnownCall, 'share'>[]): readonly KnownCall[] {
  const all = secondsOf(calls);
  return calls.map((call) => ({ ...call, share: call.seconds / all }));
}

export function secondsOf(calls: readonly { readonly seconds: number }[]): number {
  return calls.reduce((sum, { seconds }) => sum + seconds, 0);
}
