// One gRPC call with a stream each way, as it lies in HTTP/2 (doc/PROTOCOL-HTTP2.md of github.com/grpc/grpc). In: a stream
// that was opened. Out: its messages, one after another; answers; a status at its end.
// It refuses messages that are compressed, and those that are too large before they have come.
//
// Invariants: while it is paused nothing is told, and the other side can send no more ahead than HTTP/2 lets it, 64 KiB;
// the status is sent once, and nothing after it.
import { constants, type ServerHttp2Stream } from 'node:http2';
import { type GrpcStatus, status } from '../../shared/grpc-status.ts';
import type { CertifiedName } from '../../shared/identity/node-uri.ts';
import { StreamRefusal } from './stream-refusal.ts';

export interface CallListener {
  /** A part of what was received: whoever keeps it keeps all of that. */
  message(bytes: Buffer): void;
  /** What comes cannot be taken, nor what is behind it. */
  refused(refusal: StreamRefusal): void;
  /** The other side has said everything, and all of it was told. */
  finished(): void;
  /** It is gone, whoever ended it. */
  closed(): void;
}

export interface GrpcCallOptions {
  /** Of a message. */
  readonly mostBytes: number;
  /** Whose certificate opened the connection; null: nobody was asked. */
  readonly caller?: CertifiedName | null;
  readonly greeted?: () => void;
}

const responseHead = { ':status': 200, 'content-type': 'application/grpc+proto' } as const;
/** Before each message: whether it is compressed, and its length. */
const frameHeadBytes = 5;
/** What one who was told that the call is over may still send; then it is reset. */
const farewellMs = 2_000;

export class GrpcCall {
  /** HOST:PORT. */
  readonly peer: string;
  readonly caller: CertifiedName | null;
  readonly #stream: ServerHttp2Stream;
  readonly #mostBytes: number;
  readonly #greeted: () => void;
  #listener: CallListener | null = null;
  /** What has come and is not told yet. */
  #parts: Buffer[] = [];
  #heldBytes = 0;
  /** With less than that there is nothing to tell. */
  #wantedBytes = frameHeadBytes;
  #isPaused = false;
  #hasNoMore = false;
  #isOver = false;
  #unsent = 0;
  readonly #sent = (): void => {
    this.#unsent -= 1;
  };

  constructor(stream: ServerHttp2Stream, options: GrpcCallOptions) {
    const { mostBytes, caller = null, greeted = () => undefined } = options;
    this.#stream = stream;
    this.#mostBytes = mostBytes;
    this.caller = caller;
    this.#greeted = greeted;
    const { remoteAddress, remotePort } = stream.session?.socket ?? {};
    this.peer = `${remoteAddress}:${remotePort}`;
    // It closes then.
    stream.on('error', () => undefined);
  }

  /** Once. */
  listen(listener: CallListener): void {
    const stream = this.#stream;
    this.#listener = listener;
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    stream.on('end', () => {
      this.#hasNoMore = true;
      this.#tell();
    });
    stream.on('close', () => {
      this.#isOver = true;
      listener.closed();
    });
  }

  /** The other side has said who it is, and was believed: the connection may stay. */
  greeted(): void {
    this.#greeted();
  }

  /** Its listener hears that it must end, and with which status. */
  refuse(refusal: StreamRefusal): void {
    if (this.#listener === null) this.end(refusal.grpcStatus, refusal.message);
    else if (!this.#isOver) this.#listener.refused(refusal);
  }

  /** Answers that the other side has not read. */
  get unsent(): number {
    return this.#unsent;
  }

  pause(): void {
    this.#isPaused = true;
    this.#stream.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#tell();
    if (!this.#isPaused) this.#stream.resume();
  }

  write(bytes: Buffer): void {
    if (this.#isGone) return;
    const frame = Buffer.allocUnsafe(frameHeadBytes + bytes.length);
    frame[0] = 0;
    frame.writeUInt32BE(bytes.length, 1);
    frame.set(bytes, frameHeadBytes);
    if (!this.#stream.headersSent) this.#stream.respond(responseHead, { waitForTrailers: true });
    this.#unsent += 1;
    this.#stream.write(frame, this.#sent);
  }

  /** What still comes is not told. Idempotent. */
  end(code: GrpcStatus, message = ''): void {
    if (this.#isGone) return;
    this.#isOver = true;
    this.#parts = [];
    const stream = this.#stream;
    const trailers = { 'grpc-status': code, 'grpc-message': encodeURI(message) };
    if (stream.headersSent) {
      stream.once('wantTrailers', () => stream.sendTrailers(trailers));
      stream.end();
    } else {
      stream.respond({ ...responseHead, ...trailers }, { endStream: true });
    }
    stream.resume();
    const reset = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), farewellMs).unref();
    stream.once('close', () => clearTimeout(reset));
  }

  get #isGone(): boolean {
    return this.#isOver || this.#stream.destroyed || this.#stream.closed;
  }

  #take(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#parts.push(chunk);
    this.#heldBytes += chunk.length;
    this.#tell();
  }

  #tell(): void {
    while (!this.#isPaused && !this.#isOver && this.#heldBytes >= this.#wantedBytes) this.#tellNext();
    if (this.#hasNoMore && !this.#isPaused && !this.#isOver) this.#listener?.finished();
  }

  #tellNext(): void {
    const [first = Buffer.alloc(0)] = this.#parts;
    const bytes = this.#parts.length === 1 ? first : Buffer.concat(this.#parts);
    const length = bytes.readUInt32BE(1);
    if (bytes[0] !== 0 || length > this.#mostBytes) {
      // Whoever listens may end the call later: until then it is told once.
      this.pause();
      this.#listener?.refused(bytes[0] === 0 ? tooLarge(length, this.#mostBytes) : compressed());
      return;
    }
    const end = frameHeadBytes + length;
    const isWhole = end <= bytes.length;
    const rest = isWhole ? bytes.subarray(end) : bytes;
    this.#parts = rest.length === 0 ? [] : [rest];
    this.#heldBytes = rest.length;
    this.#wantedBytes = isWhole ? frameHeadBytes : end;
    if (isWhole) this.#listener?.message(bytes.subarray(frameHeadBytes, end));
  }
}

function tooLarge(sizeBytes: number, mostBytes: number): StreamRefusal {
  const message = `a message of ${sizeBytes} bytes, at most ${mostBytes}; send smaller batches`;
  return new StreamRefusal(status.RESOURCE_EXHAUSTED, 'too-large', message);
}

function compressed(): StreamRefusal {
  return new StreamRefusal(status.UNIMPLEMENTED, 'unreadable', 'a message that is compressed');
}
