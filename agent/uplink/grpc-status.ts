// How a call ended. In: headers and trailers, hostile; errors of the connection. Out: the status of gRPC's own table
// (github.com/grpc/grpc: doc/statuscodes.md, doc/http-grpc-status-mapping.md, doc/PROTOCOL-HTTP2.md).
import { constants, type IncomingHttpHeaders } from 'node:http2';
import { status } from '../../shared/grpc-status.ts';

const names = new Map<number, string>(Object.entries(status).map(([name, code]) => [code, name]));
const longestDetails = 1_024;

/** Any end but a good one. */
export class GrpcError extends Error {
  readonly code: number;

  constructor(code: number, details: string, options?: ErrorOptions) {
    super(`${names.get(code) ?? `status ${code}`}: ${details}`, options);
    this.code = code;
  }
}

export interface CallStatus {
  readonly code: number;
  readonly details: string;
}

/** What trailers, or headers that end the call, say; undefined when they say nothing of it. */
export function statusIn(headers: IncomingHttpHeaders): CallStatus | undefined {
  const word = headers['grpc-status'];
  if (word === undefined) return undefined;
  const code = typeof word === 'string' && /^\d{1,3}$/.test(word) ? Number(word) : status.UNKNOWN;
  return { code, details: detailsOf(headers['grpc-message']) };
}

/** Why an answer is none of gRPC; undefined when it is one. */
export function strangeness(headers: IncomingHttpHeaders): CallStatus | undefined {
  const http = Number(headers[constants.HTTP2_HEADER_STATUS]);
  if (http !== 200) return { code: codeOfHttp.get(http) ?? status.UNKNOWN, details: `HTTP status ${http}` };
  const type = String(headers[constants.HTTP2_HEADER_CONTENT_TYPE] ?? 'none');
  return type.startsWith('application/grpc')
    ? undefined
    : { code: status.UNKNOWN, details: `content type ${type}` };
}

/** Of a stream that ended without any, by its HTTP/2 error. */
export function statusOfReset(error: number): CallStatus {
  const code = codeOfReset.get(error) ?? status.INTERNAL;
  const isClean = error === constants.NGHTTP2_NO_ERROR;
  return { code, details: isClean ? 'an end without a status' : `a reset with HTTP/2 error ${error}` };
}

const codeOfHttp = new Map<number, number>([
  [400, status.INTERNAL],
  [401, status.UNAUTHENTICATED],
  [403, status.PERMISSION_DENIED],
  [404, status.UNIMPLEMENTED],
  [429, status.UNAVAILABLE],
  [502, status.UNAVAILABLE],
  [503, status.UNAVAILABLE],
  [504, status.UNAVAILABLE],
]);

const codeOfReset = new Map<number, number>([
  [constants.NGHTTP2_REFUSED_STREAM, status.UNAVAILABLE],
  [constants.NGHTTP2_CANCEL, status.CANCELLED],
  [constants.NGHTTP2_ENHANCE_YOUR_CALM, status.RESOURCE_EXHAUSTED],
  [constants.NGHTTP2_INADEQUATE_SECURITY, status.PERMISSION_DENIED],
]);

/** Percent-encoded UTF-8; what is not is told as it is. */
function detailsOf(text: string | readonly string[] | undefined): string {
  const words = typeof text === 'string' ? text.slice(0, longestDetails) : '';
  try {
    return decodeURIComponent(words);
  } catch {
    return words; // A sender that did not encode it.
  }
}
