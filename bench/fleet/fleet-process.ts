// A fleet that runs in processes of its own. In: flags, asks. Out: figures of all of them together. They end with this process.
import { type ChildProcess, fork, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { addFigures, type FleetFigures } from './figures.ts';
import type { FleetAnswer, FleetAsk } from './fleet-asks.ts';

type What = { readonly what: FleetAsk['what']; readonly deadlineMs?: number };

const program = join(import.meta.dirname, 'main.ts');
const stdio: StdioOptions = ['ignore', 'pipe', 'inherit', 'ipc'];
const answerWithinMs = 60_000;

export class FleetProcesses {
  readonly #children: readonly ChildProcess[];
  #lastId = 0;

  /** `flags` as fleetUsage tells them; the nodes are shared out. */
  constructor(flags: readonly string[], nodes: number, processes: number) {
    const cuts = Array.from({ length: processes + 1 }, (_, index) => Math.round((index * nodes) / processes));
    this.#children = cuts.slice(1).map((to, index) => {
      const part = [`--nodes=${nodes}`, `--from=${cuts[index] ?? 0}`, `--to=${to}`, '--seconds=0'];
      return fork(program, [...flags, ...part], { stdio, serialization: 'advanced' });
    });
  }

  get pids(): readonly number[] {
    return this.#children.map(({ pid }) => pid ?? 0);
  }

  /** Resolves when all agents have begun to connect. */
  async started(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        const ended = once(child, 'exit').then(([code]) => {
          throw new Error(`a fleet process ended (${code}) before it had started`);
        });
        await Promise.race([once(child.stdout ?? child, 'data'), ended]);
        // It may end later on.
        ended.catch(() => undefined);
      }),
    );
  }

  async ask(ask: What): Promise<FleetFigures> {
    return addFigures(await Promise.all(this.#children.map((child) => this.#askOne(child, ask))));
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      }),
    );
  }

  #askOne(child: ChildProcess, ask: What): Promise<FleetFigures> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(new Error(`no answer to ${ask.what}`)), answerWithinMs);
      const listen = (answer: FleetAnswer): void => {
        if (answer.id === id) finish(answer.figures);
      };
      const end = (): void => finish(new Error('a fleet process has ended'));
      const finish = (outcome: FleetFigures | Error): void => {
        clearTimeout(timer);
        child.off('message', listen);
        child.off('exit', end);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      child.on('message', listen);
      child.on('exit', end);
      child.send({ id, ...ask });
    });
  }
}
