// In: names of kernel functions in which processes wait. Out: the place of each in the stream's list, and what is new on
// it. A kernel has far fewer of them than the list holds; past the bound a name is not told: its place is -1.
import { truncate } from '../text.ts';
import { wireBounds } from './bounds.ts';

export class WaitChannelList {
  readonly #places = new Map<string, number>();
  #new: string[] = [];

  placeOf(waitChannel: string): number {
    const name = truncate(waitChannel, wireBounds.waitChannel);
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const place = this.#places.size;
    if (place >= wireBounds.waitChannels) return -1;
    this.#places.set(name, place);
    this.#new.push(name);
    return place;
  }

  /** What was added since the last call, in the order of places. */
  takeNew(): string[] {
    const added = this.#new;
    this.#new = [];
    return added;
  }
}
