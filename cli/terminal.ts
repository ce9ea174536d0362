// The door to the person's terminal. main.ts opens the real one; tests open one that remembers.

export interface Terminal {
  readonly stdinTty: boolean;
  readonly stdoutTty: boolean;
  readonly stderrTty: boolean;
  /** Cells in a line of stdout; undefined when nobody knows. */
  readonly columns: number | undefined;
  /** Data. */
  write(data: string | Uint8Array): void;
  /** Progress and messages. */
  writeError(text: string): void;
  /** Asks on stderr, reads a line of stdin; '' at its end. */
  ask(question: string): Promise<string>;
  /** The same, but what is typed is not shown. */
  askSecret(question: string): Promise<string>;
}

/** Ctrl-C and its kin. Without a listener they end the program. */
export interface Interrupts {
  /** Calls once, at the next interrupt; returns the function that takes the listener back. */
  once(listener: () => void): () => void;
}

/** The variable COLUMNS: a width that was asked for, also where there is no screen. */
export function columnsOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined;
}
