// What encoder and decoder of metrics both keep: for every dictionary entry its previous scaled value and its scale.
//
// Invariants: `count` entries are in use; an entry's place never changes until `clear`.

const powersOfTen = Array.from({ length: 10 }, (_, exponent) => 10 ** exponent);

export const maxDecimals = powersOfTen.length - 1;

export class SeriesColumns {
  previous = new Float64Array(256);
  scale = new Float64Array(256);
  count = 0;

  clear(): void {
    this.count = 0;
  }

  add(decimals: number): void {
    if (this.count === this.previous.length) this.#grow();
    this.previous[this.count] = 0;
    this.scale[this.count] = powersOfTen[decimals] ?? 1;
    this.count += 1;
  }

  #grow(): void {
    const { previous, scale } = this;
    this.previous = new Float64Array(previous.length * 2);
    this.scale = new Float64Array(scale.length * 2);
    this.previous.set(previous);
    this.scale.set(scale);
  }
}
