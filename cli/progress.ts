// How far something has come, on stderr: one line that is written over on a terminal, a line per change elsewhere.
import { visible } from '../shared/text.ts';
import { cutToWidth } from './output/cell-width.ts';
import type { Terminal } from './terminal.ts';

const barCells = 24;

/** Invariants: at most one unfinished line stands on the terminal; `end` removes it and may be called again. */
export class Progress {
  readonly #terminal: Terminal;
  #shown = '';

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** `ratio` 0 to 1. */
  show(label: string, ratio: number): void {
    if (this.#terminal.stderrTty) {
      const full = Math.round(Math.min(1, Math.max(0, ratio)) * barCells);
      const percent = `${Math.floor(ratio * 100)}`.padStart(3);
      const bar = `${'█'.repeat(full)}${'░'.repeat(barCells - full)} ${percent} %  `;
      this.#write(bar + visible(label));
    } else if (label !== this.#shown) {
      this.#shown = label;
      this.#terminal.writeError(`${visible(label)}\n`);
    }
  }

  /** Clears the line, so that other lines may follow. */
  end(): void {
    if (this.#terminal.stderrTty && this.#shown !== '') this.#terminal.writeError('\r\x1b[K');
    this.#shown = '';
  }

  #write(line: string): void {
    const cut = cutToWidth(line, (this.#terminal.columns ?? 80) - 1);
    if (cut !== this.#shown) this.#terminal.writeError(`\r\x1b[K${cut}`);
    this.#shown = cut;
  }
}
