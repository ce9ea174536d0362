// Splits a stream of bytes into lines and reads each as JSON. In: bytes. Out: values, in order; undefined for a line
// that is no JSON. It refuses a line that is too long: the stream is of no use from there on.
import { StringDecoder } from 'node:string_decoder';

export class JsonLines {
  readonly #decoder = new StringDecoder('utf8');
  readonly #longestLine: number;
  readonly #onValue: (value: unknown) => void;
  #tail = '';

  /** `longestLine` in UTF-16 units. */
  constructor(longestLine: number, onValue: (value: unknown) => void) {
    this.#longestLine = longestLine;
    this.#onValue = onValue;
  }

  /** False once a line is too long. */
  write(bytes: Buffer): boolean {
    const text = this.#tail + this.#decoder.write(bytes);
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      if (end - start > this.#longestLine) return false;
      this.#onValue(parseJson(text.slice(start, end)));
      start = end + 1;
    }
    this.#tail = text.slice(start);
    return this.#tail.length <= this.#longestLine;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller decides what a broken line means.
    return undefined;
  }
}
