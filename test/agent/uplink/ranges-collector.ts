// A collector that takes batches in any order and keeps the accounts of delivery as the protocol has it: what is there,
// what is declared lost, and by whom. Its books outlive its streams, so it can go away and come back.
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { ControlService, protocolVersion, TelemetryService } from '../../../proto/load.ts';
import type { Payload } from '../../../shared/model/batch.ts';
import type { DataClass, Gap, Held, Position, SequenceRange } from '../../../shared/model/delivery.ts';
import { SequenceRanges } from '../../../shared/sequence-ranges.ts';
import { decodeControlRequest, encodeControlResponse } from '../../../shared/wire/control-stream.ts';
import type { Hello } from '../../../shared/wire/hello.ts';
import { encodeTelemetryResponse, TelemetryDecoder } from '../../../shared/wire/telemetry-stream.ts';
import { later } from './agent-end.ts';

export interface Taken {
  readonly dataClass: DataClass;
  readonly sequence: number;
  readonly payload: Payload;
  readonly bootedMs: number | null;
  readonly receiptMayWait: boolean;
  readonly atMs: number;
}

/** What is kept of one buffer. */
export class Books {
  readonly taken: Taken[] = [];
  /** Loss that the agent declared, with what was not lost all the same taken off. */
  readonly declared: Gap[] = [];
  /** Loss that nobody declared: numbers below what is still held. */
  readonly notHeld: (SequenceRange & { readonly dataClass: DataClass })[] = [];
  duplicates = 0;
  mostRanges = 0;
  readonly #ranges = new Map<DataClass, SequenceRanges>();

  of(dataClass: DataClass): SequenceRanges {
    const known = this.#ranges.get(dataClass) ?? new SequenceRanges();
    this.#ranges.set(dataClass, known);
    return known;
  }

  greet({ dataClass, first }: Held): void {
    for (const range of this.of(dataClass).missing({ from: 1, to: first - 1 })) {
      this.notHeld.push({ dataClass, ...range });
      this.#add(dataClass, range);
    }
  }

  take(taken: Taken): void {
    const { dataClass, sequence, payload } = taken;
    if (this.of(dataClass).has(sequence)) {
      this.duplicates += 1;
      return;
    }
    this.taken.push(taken);
    this.#add(dataClass, { from: sequence, to: sequence });
    if (payload.kind === 'gap') this.#declare(payload.gap);
  }

  #declare(gap: Gap): void {
    if (gap.sequences === null) {
      this.declared.push(gap);
      return;
    }
    const { from, to } = gap.sequences;
    const missing = this.of(gap.dataClass).missing(gap.sequences);
    const lost = missing.reduce((sum, range) => sum + range.to - range.from + 1, 0);
    const stored = to - from + 1 - lost;
    if (lost > 0) this.declared.push({ ...gap, count: Math.max(0, gap.count - stored) });
    this.#add(gap.dataClass, gap.sequences);
  }

  #add(dataClass: DataClass, range: SequenceRange): void {
    const ranges = this.of(dataClass);
    if (!ranges.add(range)) throw new Error(`too many ranges of class ${dataClass}`);
    this.mostRanges = Math.max(this.mostRanges, ranges.beyond.length);
  }
}

/** One collector; its books may be handed on to the next. */
export class RangesCollector {
  readonly books: Map<string, Books>;
  readonly hellos: Hello[] = [];
  credit = 64;
  /** Receipts wait for it. */
  gate: Promise<void> = Promise.resolve();
  port = 0;
  readonly #server = new Server();

  constructor(books = new Map<string, Books>()) {
    this.books = books;
    this.#server.addService(TelemetryService.service, {
      StreamTelemetry: (call: Call) => this.#telemetry(call),
    });
    this.#server.addService(ControlService.service, { StreamControl: (call: Call) => this.#control(call) });
  }

  get target(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** All buffers together. */
  get all(): readonly Books[] {
    return [...this.books.values()];
  }

  get taken(): readonly Taken[] {
    return this.all.flatMap(({ taken }) => taken);
  }

  bookOf(spoolId: string): Books {
    const books = this.books.get(spoolId) ?? new Books();
    this.books.set(spoolId, books);
    return books;
  }

  async open(port = 0): Promise<this> {
    this.port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    later(() => this.crash());
    return this;
  }

  crash(): void {
    this.#server.forceShutdown();
  }

  #telemetry(call: Call): void {
    const decoder = new TelemetryDecoder();
    let books = new Books();
    this.#serve(call, (wire) => {
      const request = decoder.request(wire as Parameters<typeof decoder.request>[0]);
      if (request.kind === 'hello') {
        books = this.#greet(request.hello);
        const welcome = this.#welcome(request.hello, books);
        call.write(encodeTelemetryResponse({ kind: 'welcome', welcome }));
      } else if (request.kind === 'heartbeat') {
        const { sentTimeMs } = request.heartbeat;
        call.write(
          encodeTelemetryResponse({
            kind: 'heartbeat-echo',
            echo: { sentTimeMs, collectorTimeMs: Date.now(), receipts: [] },
          }),
        );
      } else {
        const payload = request.decodePayload();
        this.#take(books, { ...request, ...request.position, payload, atMs: Date.now() }, (ack) =>
          call.write(encodeTelemetryResponse(ack)),
        );
      }
    });
  }

  #control(call: Call): void {
    let books = new Books();
    this.#serve(call, (wire) => {
      const request = decodeControlRequest(wire as Parameters<typeof decodeControlRequest>[0]);
      if (request.kind === 'hello') {
        books = this.#greet(request.hello);
        call.write(encodeControlResponse({ kind: 'welcome', welcome: this.#welcome(request.hello, books) }));
        return;
      }
      const payload = request.decodePayload();
      const own = { bootedMs: null, receiptMayWait: false, atMs: Date.now() };
      this.#take(books, { ...request.position, payload, ...own }, (ack) =>
        call.write(encodeControlResponse(ack)),
      );
    });
  }

  #serve(call: Call, take: (wire: unknown) => void): void {
    call.on('error', () => undefined);
    call.on('end', () => call.end());
    call.on('data', (wire: unknown) => take(wire));
  }

  #greet(hello: Hello): Books {
    this.hellos.push(hello);
    const books = this.bookOf(hello.spoolId);
    for (const held of hello.held) books.greet(held);
    return books;
  }

  #welcome(hello: Hello, books: Books) {
    const stored = hello.held.map(({ dataClass }) => this.#position(books, dataClass));
    const times = { helloTimeMs: hello.sentTimeMs, collectorTimeMs: Date.now() };
    return { protocolVersion, collectorVersion: '0', ...times, stored, credit: this.credit };
  }

  #position(books: Books, dataClass: DataClass) {
    const { sequence, beyond } = books.of(dataClass);
    return { dataClass, sequence, beyond };
  }

  #take(books: Books, taken: Taken, acknowledge: (ack: Ack) => void): void {
    books.take(taken);
    const classes = new Set<Position['dataClass']>([taken.dataClass]);
    if (taken.payload.kind === 'gap') classes.add(taken.payload.gap.dataClass);
    void this.gate.then(() => {
      for (const dataClass of classes) {
        acknowledge({
          kind: 'ack',
          ack: { position: this.#position(books, dataClass), credit: this.credit },
        });
      }
    });
  }
}

type Call = ServerDuplexStream<unknown, unknown>;
type Ack = Extract<Parameters<typeof encodeControlResponse>[0], { kind: 'ack' }>;

export async function rangesCollector(before?: RangesCollector): Promise<RangesCollector> {
  return new RangesCollector(before?.books).open(before?.port);
}
