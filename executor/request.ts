// In: one line from a connection. Out: a request whose every field has the right form, or a Refusal.
// Unknown keys are refused, so that a newer caller never believes that a field had its effect.
import { actionNamePattern, commandLimits } from '../shared/model/command.ts';
import { nodeNamePattern } from '../shared/model/node.ts';
import type { ExecutorRequest } from './protocol.ts';
import { Refusal } from './refusal.ts';

type FieldCheck = (value: unknown) => boolean;

const requestFields: Readonly<Record<keyof ExecutorRequest, FieldCheck>> = {
  version: (value) => value === 1,
  kind: (value) => value === 'run',
  id: (value) => isText(value, /^[A-Za-z0-9_-]{8,64}$/),
  node: (value) => isText(value, new RegExp(nodeNamePattern)),
  action: (value) => isText(value, new RegExp(actionNamePattern)),
  parameters: isParameters,
  requester: (value) => typeof value === 'string' && value.length >= 1 && value.length <= 256,
  issuedTimeMs: isWholeNumber,
  expiresTimeMs: isWholeNumber,
  timeoutMs: (value) =>
    isWholeNumber(value) && value >= commandLimits.timeoutMs.min && value <= commandLimits.timeoutMs.max,
};

const maxLifeMs = 10 * 60_000;
const maxClockErrorMs = 60_000;

/** Checks the form only. */
export function parseRequest(line: string): ExecutorRequest {
  const fields = parseObject(line);
  for (const key of Object.keys(fields)) {
    if (!Object.hasOwn(requestFields, key)) throw malformed(`unknown key ${JSON.stringify(key)}`);
  }
  for (const [key, check] of Object.entries(requestFields)) {
    if (!Object.hasOwn(fields, key)) throw malformed(`key ${key} is missing`);
    if (!check(fields[key])) throw malformed(`key ${key} has a wrong value`);
  }
  return fields as unknown as ExecutorRequest;
}

/** True when the line asks to end the running command. */
export function isCancel(line: string): boolean {
  try {
    const { version, kind, ...others } = parseObject(line);
    return version === 1 && kind === 'cancel' && Object.keys(others).length === 0;
  } catch {
    // Whatever it is, it is no cancel.
    return false;
  }
}

/** Refuses what is too old, too long-lived or from a clock that cannot be right. Times in ms since the Unix epoch. */
export function checkTime(request: ExecutorRequest, nowMs: number, bootTimeMs: number): void {
  const { issuedTimeMs, expiresTimeMs } = request;
  if (expiresTimeMs - issuedTimeMs > maxLifeMs || expiresTimeMs < issuedTimeMs) {
    throw malformed('the time between issue and expiry is not 0 to 10 minutes');
  }
  if (issuedTimeMs > nowMs + maxClockErrorMs) {
    const aheadS = Math.round((issuedTimeMs - nowMs) / 1000);
    throw new Refusal(
      'clock',
      `The command was issued ${aheadS} s in the future of this node's clock.`,
      'Set the clocks of the node and of the collector right, e.g. with chrony.',
    );
  }
  if (expiresTimeMs < nowMs || issuedTimeMs < bootTimeMs - maxClockErrorMs) {
    const lateS = Math.round((nowMs - issuedTimeMs) / 1000);
    throw new Refusal(
      'expired',
      `The command was issued ${lateS} s ago by this node's clock and must not begin any more.`,
      'Ask again. If it repeats, compare the clocks of the node and of the collector.',
    );
  }
}

function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw malformed('the line is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('the line is not a JSON object');
  }
  return value as Record<string, unknown>;
}

function malformed(what: string): Refusal {
  return new Refusal(
    'bad-request',
    `Malformed request: ${what}.`,
    'Agent and executor must be of the same version.',
  );
}

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isWholeNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isParameters(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries: [string, unknown][] = Object.entries(value);
  return (
    entries.length <= 16 &&
    entries.every(
      ([name, text]) =>
        /^[a-z][a-zA-Z0-9]{0,31}$/.test(name) && typeof text === 'string' && text.length <= 2048,
    )
  );
}
