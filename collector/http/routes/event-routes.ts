// Live updates as server-sent events: one open connection per reader, kept by the feed.
import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { LiveEvent } from '../../../shared/api/event.ts';
import { NodeName } from '../../../shared/api/node.ts';
import { answersText, parameters } from '../answers.ts';
import { type EventFeed, type EventReader, feedLimits } from '../event-feed.ts';
import { HttpProblem } from '../problems.ts';
import type { Sight, SightOf } from '../sight.ts';

const topics = ['node', 'tick', 'profile', 'command'] as const;
const topic = `(${topics.join('|')})`;

const Filter = parameters({
  topics: Type.Optional(
    Type.String({ pattern: `^${topic}(,${topic}){0,3}$`, description: `Only these: ${topics.join(', ')}.` }),
  ),
  node: Type.Optional(NodeName),
});
interface Filter {
  readonly topics?: string;
  readonly node?: string;
}

const summary =
  'Watch changes; Last-Event-ID continues where a connection broke off, `reset` says start afresh';

export function addEventRoutes(app: FastifyInstance, feed: EventFeed, sightOf: SightOf): void {
  const response = answersText(['text/event-stream'], 'Events of these kinds, one JSON object each.');
  app.get<{ Querystring: Filter; Headers: { 'last-event-id'?: string } }>(
    '/events',
    { exposeHeadRoute: false, schema: { tags: ['events'], summary, querystring: Filter, response } },
    (request, reply) => {
      const reader = readerOf(reply.raw, request.query, sightOf(request));
      const stream = {
        ...reply.getHeaders(),
        'content-type': 'text/event-stream',
        'x-accel-buffering': 'no',
      };
      // Joining may send at once, so the head is prepared before and written with the first byte.
      for (const [name, value] of Object.entries(stream))
        if (value !== undefined) reply.raw.setHeader(name, value);
      if (!feed.join(reader, request.headers['last-event-id']?.slice(0, 64))) {
        for (const name of Object.keys(stream)) reply.raw.removeHeader(name);
        throw tooManyReaders();
      }
      reply.hijack();
      const leave = app.stays.watch(request, () => reply.raw.end());
      reply.raw.on('close', () => {
        leave();
        feed.leave(reader);
      });
      reply.raw.write('retry: 2000\n\n');
    },
  );
}

function tooManyReaders(): HttpProblem {
  const remedy = 'Close a page of the console that nobody looks at, or ask again later.';
  return new HttpProblem(
    429,
    'too-many',
    `more than ${feedLimits.maxReaders} readers of live updates`,
    remedy,
  );
}

function readerOf(response: ServerResponse, { topics, node }: Filter, sight: Sight): EventReader {
  const wanted = topics?.split(',');
  return {
    see({ event, whose }) {
      const isWanted =
        (wanted === undefined || wanted.includes(topicOf(event))) &&
        (node === undefined || concerns(event, node));
      return isWanted ? sight.see(event, whose) : null;
    },
    send: (text) => void response.write(text),
    bufferedBytes: () => response.writableLength,
    end: () => void response.end(),
    cut: () => void response.destroy(),
  };
}

function topicOf(event: LiveEvent): string {
  return event.kind === 'profile-deleted' ? 'profile' : event.kind;
}

function concerns(event: LiveEvent, node: string): boolean {
  switch (event.kind) {
    case 'node':
      return event.node.name === node;
    case 'tick':
      return event.node === node;
    case 'profile':
      return event.profile.node === node;
    case 'profile-deleted':
      // Whose it was is no longer known.
      return true;
    case 'command':
      break;
  }
  return event.command.targets.some((target) => target.node === node);
}
