// A logger whose lines the test reads.
import { pino } from 'pino';
import type { Logger } from '../../../shared/log.ts';

export function createLineLog(): { readonly log: Logger; readonly messages: () => readonly string[] } {
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  return { log, messages: () => lines.map((line) => (JSON.parse(line) as { msg: string }).msg) };
}
