// In: bytes that a program prints, on two streams. Out: text by whole lines in order of arrival, secrets masked, bounded.
// Bytes that are not UTF-8 become U+FFFD. Control characters stay: whoever shows the text makes them harmless.
//
// Invariants: at most `limitBytes` go out, then nothing more and `truncated` is true.

const outputLimitBytes = 256 * 1024;
/** A line longer than this goes out in pieces. */
const lineLimit = 4096;
/** Text per event, so that its line stays below 64 KiB however it is escaped. */
const pieceLimit = 8192;

export class Output {
  readonly #send: (text: string) => void;
  #leftBytes: number;
  #truncated = false;

  constructor(send: (text: string) => void, limitBytes = outputLimitBytes) {
    this.#send = send;
    this.#leftBytes = limitBytes;
  }

  get truncated(): boolean {
    return this.#truncated;
  }

  write(text: string): void {
    const masked = maskSecrets(text);
    const kept = this.#truncated ? '' : cutToBytes(masked, this.#leftBytes);
    this.#truncated ||= kept.length < masked.length;
    this.#leftBytes -= Buffer.byteLength(kept);
    for (const piece of cutToPieces(kept)) this.#send(piece);
  }

  /** A way in for one stream of bytes. */
  stream(): { push(chunk: Buffer): void; end(): void } {
    const decoder = new TextDecoder('utf-8');
    let rest = '';
    const take = (text: string): void => {
      const whole = rest + text;
      const cut = whole.length > lineLimit ? whole.length : whole.lastIndexOf('\n') + 1;
      rest = whole.slice(cut);
      if (cut > 0) this.write(whole.slice(0, cut));
    };
    return {
      push: (chunk) => take(decoder.decode(chunk, { stream: true })),
      end: () => {
        const last = rest + decoder.decode();
        rest = '';
        if (last !== '') this.write(last);
      },
    };
  }
}

/** `password=…`, `--api-token: …` and the like; the name stays, the value goes. */
function maskSecrets(text: string): string {
  return text.replace(
    /((?:password|passwd|token|secret)[\w.-]{0,64}["']?[ \t]{0,4}[=:][ \t]{0,4})("[^"\n]*"|'[^'\n]*'|[^\s,;&]+)/gi,
    '$1***',
  );
}

function cutToPieces(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const to = from + pieceLimit;
    const splitsPair = /[\ud800-\udbff]/.test(text.charAt(to - 1));
    pieces.push(text.slice(from, splitsPair ? to - 1 : to));
    from = splitsPair ? to - 1 : to;
  }
  return pieces;
}

/** The longest beginning of at most so many bytes, never splitting a character. */
function cutToBytes(text: string, limitBytes: number): string {
  if (Buffer.byteLength(text) <= limitBytes) return text;
  const bytes = Buffer.from(text).subarray(0, Math.max(0, limitBytes));
  return new TextDecoder('utf-8').decode(bytes, { stream: true });
}
