// In: streams as they open, greet and end. Out: which are too many, and which gives way to a newer one of its node.

import { addressOfPeer, isLoopback } from '../../shared/address.ts';
import { status } from '../../shared/grpc-status.ts';
import { StreamRefusal } from '../grpc/stream-refusal.ts';
import type { IngestLimits } from './limits.ts';
import type { EndableStream } from './session-deps.ts';

type Limits = Pick<IngestLimits, 'streams' | 'streamsPerAddress' | 'streamsFromLoopback'>;

interface OpenStream {
  readonly address: string;
  /** Kind and node; null before the greeting. */
  key: string | null;
  replaced: () => void;
}

export class OpenStreams {
  readonly #limits: Limits;
  readonly #streams = new Map<EndableStream, OpenStream>();
  readonly #perAddress = new Map<string, number>();
  /** Kind and node → the stream that greeted last. */
  readonly #current = new Map<string, EndableStream>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  all(): readonly EndableStream[] {
    return [...this.#streams.keys()];
  }

  /** A stream of this kind and node has greeted. */
  isOpen(key: string): boolean {
    return this.#current.has(key);
  }

  /** The peer is HOST:PORT. Returns why the stream must end at once, or null. */
  opened(stream: EndableStream, peer: string): StreamRefusal | null {
    const address = addressOfPeer(peer);
    this.#streams.set(stream, { address, key: null, replaced: () => undefined });
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    return this.#tooMany(address);
  }

  /** An older stream of the same kind and node hears `replaced` and ends. */
  greeted(stream: EndableStream, key: string, replaced: () => void): void {
    const own = this.#streams.get(stream);
    if (own === undefined) return;
    own.key = key;
    own.replaced = replaced;
    const older = this.#current.get(key);
    this.#current.set(key, stream);
    if (older === undefined) return;
    this.#streams.get(older)?.replaced();
    const message =
      'another stream of this node came; if two machines have its name, give one another: --node NAME';
    older.end(new StreamRefusal(status.ABORTED, 'replaced', message));
  }

  ended(stream: EndableStream): void {
    const own = this.#streams.get(stream);
    if (own === undefined) return;
    this.#streams.delete(stream);
    const left = (this.#perAddress.get(own.address) ?? 1) - 1;
    if (left === 0) this.#perAddress.delete(own.address);
    else this.#perAddress.set(own.address, left);
    if (own.key !== null && this.#current.get(own.key) === stream) this.#current.delete(own.key);
  }

  #tooMany(address: string): StreamRefusal | null {
    const { streams, streamsFromLoopback, streamsPerAddress } = this.#limits;
    if (this.#streams.size > streams) {
      const message = `more than ${streams} streams are open; give some of the nodes a collector of their own`;
      return new StreamRefusal(status.RESOURCE_EXHAUSTED, 'too-many-streams', message);
    }
    const most = isLoopback(address) ? streamsFromLoopback : streamsPerAddress;
    if ((this.#perAddress.get(address) ?? 0) <= most) return null;
    const message = `more than ${most} streams come from ${address}; end the agents there that are too many`;
    return new StreamRefusal(status.RESOURCE_EXHAUSTED, 'too-many-of-address', message);
  }
}
