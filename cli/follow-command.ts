// Follows a command to its end: progress on stderr, and what nodes print while it takes long, each line with its node.
// The first interrupt cancels the command; what came of it is returned all the same.
import type { Command } from '../shared/api/command.ts';
import { isCommandOver } from '../shared/model/command.ts';
import { visibleLines } from '../shared/text.ts';
import { apiPath } from './api-client.ts';
import { piece, type StyledLine } from './output/styled-text.ts';
import { Progress } from './progress.ts';
import type { Session } from './session.ts';
import { waitUntilOver } from './wait.ts';

/** A command that ends sooner shows its output once, at the end. */
const liveAfterMs = 2000;
const graceMs = 60_000;

export async function follow(
  session: Session,
  { id, timeout }: Pick<Command, 'id' | 'timeout'>,
): Promise<Command> {
  const { api, clock, say, note, output, terminal } = session;
  const progress = new Progress(terminal);
  const begin = clock.monotonic();
  const shown = new Map<string, number>();
  try {
    return await waitUntilOver<Command>(session, {
      read: () => api.get<Command>(apiPath`commands/${id}`),
      isOver: ({ over }) => over,
      onValue: (command) => {
        const live = clock.monotonic() - begin > liveAfterMs && output.format === 'table' && !command.over;
        const fresh = live ? command.targets.flatMap((target) => freshLines(target, shown)) : [];
        if (fresh.length > 0) progress.end();
        note(...fresh);
        const count = command.targets.length;
        const ended = command.targets.filter(({ state }) => isCommandOver(state)).length;
        progress.show(say('command.progress', { id, ended, count }), count === 0 ? 1 : ended / count);
      },
      subject: `command ${id}`,
      deadlineMs: timeout * 1000 + graceMs,
      onInterrupt: async () => {
        progress.end();
        note([piece(say('command.cancelling'), 'warning')]);
        await api.post<Command>(apiPath`commands/${id}/cancel`);
      },
    });
  } finally {
    progress.end();
  }
}

/** Whole lines that were not shown yet; remembers how far it has come. */
function freshLines({ node, output }: Command['targets'][number], shown: Map<string, number>): StyledLine[] {
  const from = shown.get(node) ?? 0;
  const to = output.lastIndexOf('\n') + 1;
  if (to <= from) return [];
  shown.set(node, to);
  const lines = visibleLines(output.slice(from, to - 1)).split('\n');
  return lines.map((line) => [piece(`${node}: `, 'dim'), piece(line)]);
}
