// jidi's collector, the whole of it: gRPC, HTTP, store. In: portions. Out: the same as of its peers.
//
// Hours and days that are over are put together some minutes later, when nothing comes for them any more. A bench does not wait
// for that: it stops the collector, lets `jidi-collector compact` do the work, counts its CPU time too, and starts it again.
import { setTimeout as delay } from 'node:timers/promises';
import { costBetween, readTree } from '../measuring/process-tree.ts';
import { printNote } from '../measuring/report.ts';
import type { Programs, StartedProgram } from '../measuring/started-programs.ts';
import { collectorProgram } from './collector-program.ts';
import { collectorQuestions } from './collector-questions.ts';
import { CollectorSender } from './collector-sender.ts';
import type { Portion } from './data-set.ts';
import { occupiedBytes } from './disk-usage.ts';
import type { Engine, Questions, RunningEngine } from './engine.ts';
import { HttpDoor } from './http-door.ts';
import { waitUntilIdle } from './quiet.ts';

const startWithinMs = 120_000;
const compactWithinMs = 600_000;
const lookMs = 100;

export const collectorEngine: Engine = {
  name: 'jidi-collector',
  lack: null,
  async start(programs, nodes) {
    const running = new RunningCollector(programs, nodes);
    await running.open();
    return running;
  },
};

class RunningCollector implements RunningEngine {
  readonly #programs: Programs;
  readonly #nodes: readonly string[];
  readonly #folder: string;
  #program: StartedProgram | null = null;
  #door: HttpDoor | null = null;
  #sender: CollectorSender | null = null;

  constructor(programs: Programs, nodes: readonly string[]) {
    this.#programs = programs;
    this.#nodes = nodes;
    this.#folder = programs.makeFolder();
  }

  get pid(): number {
    return this.#running().program.pid;
  }

  get questions(): Questions {
    return collectorQuestions(this.#running().door);
  }

  async open(): Promise<void> {
    const flags = [
      `--data=${this.#folder}`,
      '--http=127.0.0.1:0',
      '--login=none',
      '--agents=127.0.0.1:0',
      '--enrolment=127.0.0.1:0',
      '--grpc=127.0.0.1:0',
      '--log=error',
    ];
    const program = this.#programs.start('jidi-collector', [process.execPath, collectorProgram(), ...flags]);
    this.#program = program;
    const target = await program.printed(/^plain: (\S+)$/m, startWithinMs);
    this.#door = new HttpDoor(await program.printed(/^console: (\S+)$/m, startWithinMs));
    this.#sender = new CollectorSender(target);
    await this.#sender.open(this.#nodes);
  }

  ingest(portion: Portion): Promise<void> {
    return this.#running().sender.send(portion);
  }

  flush(): Promise<void> {
    return this.#running().sender.flush();
  }

  async settle(): Promise<number> {
    const { pid } = this;
    const before = readTree(pid);
    await waitUntilIdle(pid, {});
    const { cpuSeconds } = costBetween(before, readTree(pid));
    await this.#close();
    const compacting = await this.#compact();
    await this.open();
    return cpuSeconds + compacting;
  }

  async finish(): Promise<number> {
    await this.#close();
    await this.#compact();
    return occupiedBytes(this.#folder);
  }

  /** CPU seconds. */
  async #compact(): Promise<number> {
    const command = [process.execPath, collectorProgram(), 'compact', '--data', this.#folder];
    const program = this.#programs.start('jidi-collector compact', command);
    const first = readTree(program.pid);
    let last = first;
    const untilMs = performance.now() + compactWithinMs;
    while (!program.hasEnded && performance.now() < untilMs) {
      const now = readTree(program.pid);
      if (now.size > 0) last = now;
      await delay(lookMs);
    }
    if (program.output !== '') printNote(`compact: ${program.output.trim().split('\n').at(-1) ?? ''}`);
    await program.stop();
    return costBetween(first, last).cpuSeconds;
  }

  async #close(): Promise<void> {
    const { program, door, sender } = this.#running();
    sender.close();
    door.close();
    await program.stop();
  }

  #running() {
    if (this.#program === null || this.#door === null || this.#sender === null)
      throw new Error('the collector does not run');
    return { program: this.#program, door: this.#door, sender: this.#sender };
  }
}
