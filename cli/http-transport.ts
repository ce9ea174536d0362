// One HTTP request to the collector: over the network, or through its admin socket. In: where it is, what is asked. Out: status,
// headers and body as they are. It follows no redirect, and takes no more than the bound.
import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { createGunzip } from 'node:zlib';
import { CliError, exitCodes } from './exit-code.ts';

/** Where a collector is found, and with what one comes to it. */
export interface Place {
  readonly url: string;
  readonly token?: string | undefined;
  /** Path of the admin socket; the address then only names the paths. */
  readonly socket?: string | undefined;
  /** PEM of an authority to believe besides those that everybody believes. */
  readonly authority?: string | undefined;
}

export interface Asked {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  readonly deadlineMs: number;
}

export interface Told {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Uint8Array;
}

const maxAnswerBytes = 256 * 1024 * 1024;

export async function ask(place: Place, asked: Asked): Promise<Told> {
  const response = await send(place, asked);
  const packed = response.headers['content-encoding'] === 'gzip';
  const stream: Readable = packed ? response.pipe(createGunzip()) : response;
  if (packed) response.on('error', (error) => stream.destroy(error));
  return { status: response.statusCode ?? 0, headers: response.headers, bytes: await readAll(stream) };
}

function send(place: Place, { url, method, headers, body, deadlineMs }: Asked): Promise<IncomingMessage> {
  const options: RequestOptions = {
    method,
    headers: {
      ...headers,
      'accept-encoding': 'gzip',
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    },
    agent: false,
    signal: AbortSignal.timeout(deadlineMs),
    ...(place.socket === undefined ? {} : { socketPath: place.socket }),
  };
  const trusted = place.authority === undefined ? {} : { ca: [...rootCertificates, place.authority] };
  return new Promise((resolve, reject) => {
    const sent =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, ...trusted }, resolve)
        : httpRequest(url, options, resolve);
    sent.on('error', reject);
    sent.end(body);
  });
}

async function readAll(stream: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxAnswerBytes) {
      throw new CliError(
        exitCodes.failure,
        'The answer of the collector is too large.',
        'Ask for less: a shorter range, a longer step, fewer nodes.',
      );
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
