// Reads Rust's names of the second kind (`_RNvCs1234_7mycrate3foo`; RFC 2603), which older perfs do not know. In: a symbol, hostile.
// Out: `mycrate::foo`, or undefined when it is none. Numbers of crates and lifetimes are left out.
// Bounds: depth, steps (references back may repeat themselves without end) and length of what is written.

const deepest = 64;
const mostSteps = 2000;
const longest = 2000;

const base62 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

const basics: Readonly<Record<string, string>> = {
  a: 'i8',
  b: 'bool',
  c: 'char',
  d: 'f64',
  e: 'str',
  f: 'f32',
  h: 'u8',
  i: 'isize',
  j: 'usize',
  l: 'i32',
  m: 'u32',
  n: 'i128',
  o: 'u128',
  p: '_',
  s: 'i16',
  t: 'u16',
  u: '()',
  v: '...',
  x: 'i64',
  y: 'u64',
  z: '!',
};

export function demangleRust(symbol: string): string | undefined {
  const [, mangled] = /^_R([A-Za-z0-9_]{1,4000})(?:[.$].*)?$/s.exec(symbol) ?? [];
  if (mangled === undefined) return undefined;
  try {
    return new RustName(mangled).path(true);
  } catch (error) {
    if (error instanceof NoRustName) return undefined;
    throw error;
  }
}

class NoRustName extends Error {}

class RustName {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #steps = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** `isValue`: generic arguments are written as in an expression. */
  path(isValue: boolean): string {
    return this.#within(() => {
      const tag = this.#next();
      switch (tag) {
        case 'C':
          return this.#identifier();
        case 'N':
          return this.#nested(isValue);
        case 'M':
        case 'X':
          return this.#implementation(tag === 'X');
        case 'Y':
          return `<${this.type()} as ${this.path(false)}>`;
        case 'I':
          return `${this.path(isValue)}${isValue ? '::' : ''}<${this.#list(() => this.#argument())}>`;
        case 'B':
          return this.#back(() => this.path(isValue));
        default:
          throw new NoRustName();
      }
    });
  }

  type(): string {
    return this.#within(() => {
      const tag = this.#next();
      const basic = basics[tag];
      if (basic !== undefined) return basic;
      switch (tag) {
        case 'A':
          return `[${this.type()}; ${this.#constant()}]`;
        case 'S':
          return `[${this.type()}]`;
        case 'T':
          return `(${this.#list(() => this.type()).replace(/^[^,]+$/, '$&,')})`;
        case 'R':
        case 'Q':
          if (this.#has('L')) this.#number();
          return `&${tag === 'Q' ? 'mut ' : ''}${this.type()}`;
        case 'P':
        case 'O':
          return `*${tag === 'P' ? 'const' : 'mut'} ${this.type()}`;
        case 'F':
          return this.#function();
        case 'D':
          return this.#dynamic();
        case 'B':
          return this.#back(() => this.type());
        default:
          this.#at -= 1;
          return this.path(false);
      }
    });
  }

  #nested(isValue: boolean): string {
    const space = this.#next();
    const outer = this.path(isValue);
    const name = this.#identifier();
    // Small letters are the usual name spaces; the others are made by the compiler.
    if (/[a-z]/.test(space)) return name === '' ? outer : `${outer}::${name}`;
    const kind = space === 'C' ? 'closure' : space === 'S' ? 'shim' : space;
    return `${outer}::{${kind}${name === '' ? '' : `:${name}`}}`;
  }

  #implementation(isOfTrait: boolean): string {
    this.#disambiguator();
    this.path(false);
    const type = this.type();
    return isOfTrait ? `<${type} as ${this.path(false)}>` : `<${type}>`;
  }

  #argument(): string {
    if (this.#has('L')) {
      this.#number();
      return "'_";
    }
    return this.#has('K') ? this.#constant() : this.type();
  }

  #constant(): string {
    return this.#within(() => {
      if (this.#has('p')) return '_';
      if (this.#has('B')) return this.#back(() => this.#constant());
      const type = this.#next();
      const sign = this.#has('n') ? '-' : '';
      const [digits = ''] = /^[0-9a-f]*/.exec(this.#text.slice(this.#at, this.#at + 40)) ?? [];
      this.#at += digits.length;
      if (!this.#has('_')) throw new NoRustName();
      if (type === 'b') return digits === '1' ? 'true' : 'false';
      return `${sign}${BigInt(`0x${digits === '' ? '0' : digits}`)}`;
    });
  }

  #function(): string {
    if (this.#has('G')) this.#number();
    const unsafe = this.#has('U') ? 'unsafe ' : '';
    if (this.#has('K') && !this.#has('C')) this.#identifier();
    const given = this.#list(() => this.type());
    const result = this.type();
    return `${unsafe}fn(${given})${result === '()' ? '' : ` -> ${result}`}`;
  }

  #dynamic(): string {
    if (this.#has('G')) this.#number();
    const read = (): string => {
      const trait = this.path(false);
      while (this.#has('p')) {
        this.#identifier();
        this.type();
      }
      return trait;
    };
    const traits = this.#list(read, ' + ');
    if (this.#has('L')) this.#number();
    return `dyn ${traits}`;
  }

  #identifier(): string {
    this.#disambiguator();
    const isPunycode = this.#has('u');
    const [digits = ''] = /^(?:0|[1-9]\d{0,3})/.exec(this.#text.slice(this.#at, this.#at + 4)) ?? [];
    if (digits === '') throw new NoRustName();
    this.#at += digits.length;
    this.#has('_');
    const name = this.#text.slice(this.#at, this.#at + Number(digits));
    if (name.length < Number(digits)) throw new NoRustName();
    this.#at += name.length;
    return isPunycode ? `punycode{${name}}` : name;
  }

  #disambiguator(): void {
    if (this.#has('s')) this.#number();
  }

  /** Base 62, ended by `_`. */
  #number(): number {
    const [digits = ''] = /^[0-9A-Za-z]{0,13}/.exec(this.#text.slice(this.#at, this.#at + 13)) ?? [];
    this.#at += digits.length;
    if (!this.#has('_')) throw new NoRustName();
    if (digits === '') return 0;
    let value = 0;
    for (const digit of digits) value = value * 62 + base62.indexOf(digit);
    return value + 1;
  }

  #list(item: () => string, between = ', '): string {
    const items: string[] = [];
    while (!this.#has('E')) items.push(item());
    return items.join(between);
  }

  /** What was written before; only further to the front, so that it ends. */
  #back(read: () => string): string {
    const begin = this.#at - 1;
    const target = this.#number();
    if (target >= begin) throw new NoRustName();
    const after = this.#at;
    this.#at = target;
    const text = read();
    this.#at = after;
    return text;
  }

  #within(read: () => string): string {
    this.#depth += 1;
    this.#steps += 1;
    if (this.#depth > deepest || this.#steps > mostSteps) throw new NoRustName();
    const text = read();
    if (text.length > longest) throw new NoRustName();
    this.#depth -= 1;
    return text;
  }

  #next(): string {
    const character = this.#text[this.#at];
    if (character === undefined) throw new NoRustName();
    this.#at += 1;
    return character;
  }

  #has(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }
}
