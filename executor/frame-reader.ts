// In: bytes of a stream, cut anywhere. Out: its lines as text.
// It refuses a line above the bound and a line that is not UTF-8, and then reads no further.
//
// Invariants: at most `limitBytes` are kept; after a fault every further push yields nothing.

const frameLimitBytes = 64 * 1024;

export type FrameFault = 'oversize' | 'not-utf8';

export interface FrameBatch {
  readonly lines: readonly string[];
  /** The lines before the fault are good. */
  readonly fault: FrameFault | null;
}

export class FrameReader {
  readonly #limitBytes: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #parts: Buffer[] = [];
  #keptBytes = 0;
  #faulty = false;

  constructor(limitBytes: number = frameLimitBytes) {
    this.#limitBytes = limitBytes;
  }

  push(chunk: Buffer): FrameBatch {
    const lines: string[] = [];
    let rest = chunk;
    while (!this.#faulty) {
      const end = rest.indexOf(0x0a);
      const piece = end === -1 ? rest : rest.subarray(0, end);
      if (this.#keptBytes + piece.length > this.#limitBytes) return this.#fail(lines, 'oversize');
      this.#parts.push(piece);
      this.#keptBytes += piece.length;
      if (end === -1) break;
      const line = this.#takeLine();
      if (line === undefined) return this.#fail(lines, 'not-utf8');
      lines.push(line);
      rest = rest.subarray(end + 1);
    }
    return { lines, fault: null };
  }

  #takeLine(): string | undefined {
    const bytes = Buffer.concat(this.#parts, this.#keptBytes);
    this.#parts = [];
    this.#keptBytes = 0;
    try {
      return this.#decoder.decode(bytes);
    } catch {
      // The decoder only fails on bytes that are not UTF-8; the caller is told so.
      return undefined;
    }
  }

  #fail(lines: readonly string[], fault: FrameFault): FrameBatch {
    this.#faulty = true;
    this.#parts = [];
    this.#keptBytes = 0;
    return { lines, fault };
  }
}
