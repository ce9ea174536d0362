// A node under test: the program that delivers numbered items, started, killed and started again where it stopped.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from '../running-jidi.ts';
import { type GeneratedItem, highestNumber, mendLedger, readLedger } from './ledger.ts';
import { timeOf } from './numbered-items.ts';
import type { PutConfig } from './put-numbered.ts';

const program = join(import.meta.dirname, 'put-numbered.ts');

export interface NodeOptions
  extends Pick<PutConfig, 'folder' | 'target' | 'ledger' | 'firstMs'>,
    Partial<Pick<PutConfig, 'place' | 'diskBytes' | 'perSecond' | 'pace'>> {}

const defaults = {
  place: 'disk',
  diskBytes: 16 * 1024 * 1024,
  perSecond: 100,
  pace: { burst: 100, least: 100, most: 400 },
} as const;

export class NumberedNode {
  readonly #options: NodeOptions;
  #child: ChildProcess | null = null;
  #boot = { id: 'boot-1', ms: 0 };
  #nextNumber = 1;
  #errors = '';
  /** As the program told last. */
  number = 0;
  acked = 0;
  waiting = 0;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.#boot.ms = options.firstMs - 1_000;
  }

  get errors(): string {
    return this.#errors;
  }

  ledger(): readonly GeneratedItem[] {
    return readLedger(this.#options.ledger);
  }

  /** The node goes down and comes up: some seconds pass. */
  reboot(): void {
    this.#nextNumber += 10;
    this.#boot = {
      id: `boot-${this.#nextNumber}`,
      ms: timeOf(this.#options.firstMs, this.#nextNumber) - 500,
    };
  }

  launch({ wrongMs = 0 }: { readonly wrongMs?: number } = {}): void {
    mendLedger(this.#options.ledger);
    const config: PutConfig = {
      ...defaults,
      ...this.#options,
      firstNumber: this.#nextNumber,
      bootId: this.#boot.id,
      bootedMs: this.#boot.ms,
      wrongMs,
    };
    const child = spawn(process.execPath, [program, JSON.stringify(config)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdin.on('error', () => undefined);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, number, acked, waiting] = line.split(' ').map(Number);
      this.number = number ?? 0;
      this.acked = acked ?? 0;
      this.waiting = waiting ?? 0;
    });
  }

  /** Resolves when it has put something. */
  async start(options: { readonly wrongMs?: number } = {}): Promise<void> {
    const from = this.#nextNumber;
    this.launch(options);
    await until('the node', () => this.number > from, 20_000);
  }

  say(word: 'pause' | 'resume' | 'settle' | `jump ${number}`): void {
    this.#child?.stdin?.write(`${word}\n`);
  }

  async kill(): Promise<void> {
    await this.#ended('SIGKILL');
  }

  /** Everything is delivered; then it ends by itself. */
  async settle(withinMs = 30_000): Promise<void> {
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), withinMs);
    const code = await this.#ended(null);
    clearTimeout(timer);
    if (code !== 0) throw new Error(`${this.waiting} batches not delivered:\n${this.#errors.slice(-2_000)}`);
  }

  async #ended(signal: 'SIGKILL' | null): Promise<number | null> {
    const child = this.#child;
    if (child === null) return null;
    const closed = once(child, 'close');
    if (signal === null) this.say('settle');
    else child.kill(signal);
    await closed;
    this.#child = null;
    this.#nextNumber = highestNumber(this.ledger()) + 1;
    return child.exitCode;
  }
}
