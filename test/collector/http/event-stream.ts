// A reader of server-sent events over a real connection. Events arrive one by one and are waited for.
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';

export interface ReceivedEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: unknown;
}

export interface EventStream {
  readonly status: number;
  readonly response: IncomingMessage;
  /** The next event; undefined when the connection has ended. */
  next(): Promise<ReceivedEvent | undefined>;
  /** Resolves when the server has ended the connection, cleanly or not. */
  readonly closed: Promise<void>;
  close(): void;
}

export function openEvents(
  port: number,
  path = '',
  headers: Record<string, string> = {},
): Promise<EventStream> {
  return new Promise((resolve, reject) => {
    const url = `http://127.0.0.1:${port}/api/v1/events${path}`;
    const request = get(url, { headers, agent: false }, (response) => resolve(streamOf(request, response)));
    request.on('error', reject);
    onTestFinished(() => void request.destroy());
  });
}

function streamOf(request: ClientRequest, response: IncomingMessage): EventStream {
  const arrived: ReceivedEvent[] = [];
  const waiting: ((event: ReceivedEvent | undefined) => void)[] = [];
  let text = '';
  let ended = false;
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = parseEvent(text.slice(0, end));
      text = text.slice(end + 2);
      const waiter = event === undefined ? undefined : waiting.shift();
      if (waiter) waiter(event);
      else if (event !== undefined) arrived.push(event);
    }
  });
  const closed = new Promise<void>((resolve) => {
    response
      .on('error', () => undefined)
      .on('close', () => {
        ended = true;
        for (const waiter of waiting) waiter(undefined);
        resolve();
      });
  });
  return {
    status: response.statusCode ?? 0,
    response,
    closed,
    close: () => void request.destroy(),
    next: () =>
      new Promise((resolve) => {
        if (arrived.length > 0 || ended) resolve(arrived.shift());
        else waiting.push(resolve);
      }),
  };
}

function parseEvent(block: string): ReceivedEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line) => [line.split(': ', 1)[0] ?? '', line.slice(line.indexOf(': ') + 2)]),
  );
  const event = fields.get('event');
  return event === undefined
    ? undefined
    : { id: fields.get('id'), event, data: JSON.parse(fields.get('data') ?? 'null') };
}
