// The messages of the control stream, both ways and at both ends. Each stands alone.
import type { Report as WireReport } from '../../proto/gen/jidi/v1/Report.ts';
import type {
  StreamControlRequest,
  StreamControlRequestInput,
} from '../../proto/gen/jidi/v1/StreamControlRequest.ts';
import type {
  StreamControlResponse,
  StreamControlResponseInput,
} from '../../proto/gen/jidi/v1/StreamControlResponse.ts';
import { type Batch, classOf, type Payload } from '../model/batch.ts';
import type { Position } from '../model/delivery.ts';
import type { Directive } from '../model/directive.ts';
import { checkPresent } from './bounds.ts';
import { decodeCommandReport, encodeCommandReport } from './command.ts';
import { type Ack, decodeAck, decodeSent, encodeAck, encodeClass } from './delivery.ts';
import { decodeDirective, encodeDirective } from './directive.ts';
import { decodeHello, decodeWelcome, encodeHello, encodeWelcome, type Hello, type Welcome } from './hello.ts';
import { decodeProfileReport, encodeProfileReport } from './profile.ts';
import { malformed } from './wire-error.ts';

export type ControlRequest =
  | { readonly kind: 'hello'; readonly hello: Hello }
  /** Who receives it knows its place even when its payload turns out to be malformed. */
  | { readonly kind: 'report'; readonly position: Position; readonly decodePayload: () => Payload };

export type ControlResponse =
  | { readonly kind: 'welcome'; readonly welcome: Welcome }
  | { readonly kind: 'ack'; readonly ack: Ack }
  | { readonly kind: 'directive'; readonly directive: Directive };

export function encodeControlHello(hello: Hello): StreamControlRequestInput {
  return { hello: encodeHello(hello) };
}

export function encodeReport({ sequence, payload }: Batch): StreamControlRequestInput {
  const head = { dataClass: encodeClass(classOf(payload)), sequence };
  if (payload.kind === 'command') {
    return { report: { ...head, command: encodeCommandReport(payload.report) } };
  }
  if (payload.kind === 'profile') {
    return { report: { ...head, profile: encodeProfileReport(payload.report) } };
  }
  throw malformed('report.payload', `${payload.kind} does not travel on the control stream`);
}

export function decodeControlRequest(request: StreamControlRequest): ControlRequest {
  switch (request.message) {
    case 'hello':
      return { kind: 'hello', hello: decodeHello(checkPresent('hello', request.hello)) };
    case 'report': {
      const report = checkPresent('report', request.report);
      return {
        kind: 'report',
        position: decodeSent('report', report),
        decodePayload: () => decodePayload(report),
      };
    }
    case undefined:
      break;
  }
  throw malformed('message', 'missing');
}

export function encodeControlResponse(response: ControlResponse): StreamControlResponseInput {
  switch (response.kind) {
    case 'welcome':
      return { welcome: encodeWelcome(response.welcome) };
    case 'ack':
      return { ack: encodeAck(response.ack) };
    case 'directive':
      return { directive: encodeDirective(response.directive) };
  }
}

export function decodeControlResponse(response: StreamControlResponse): ControlResponse {
  switch (response.message) {
    case 'welcome':
      return { kind: 'welcome', welcome: decodeWelcome(checkPresent('welcome', response.welcome)) };
    case 'ack':
      return { kind: 'ack', ack: decodeAck(checkPresent('ack', response.ack)) };
    case 'directive':
      return { kind: 'directive', directive: decodeDirective(checkPresent('directive', response.directive)) };
    case undefined:
      break;
  }
  throw malformed('message', 'missing');
}

function decodePayload(report: WireReport): Payload {
  const payload = anyPayload(report);
  const wireClass = encodeClass(classOf(payload));
  if (report.dataClass !== wireClass) {
    throw malformed('report.data_class', `${report.dataClass} where ${wireClass} belongs`);
  }
  return payload;
}

function anyPayload(report: WireReport): Payload {
  switch (report.payload) {
    case 'command':
      return { kind: 'command', report: decodeCommandReport(checkPresent('report.command', report.command)) };
    case 'profile':
      return { kind: 'profile', report: decodeProfileReport(checkPresent('report.profile', report.profile)) };
    case undefined:
      break;
  }
  throw malformed('report.payload', 'missing');
}
