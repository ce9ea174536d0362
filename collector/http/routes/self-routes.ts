// About the collector itself: whether it lives, whether it is ready, its own metrics, the description of its API.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { answers, answersText } from '../answers.ts';
import { HttpProblem } from '../problems.ts';
import type { SelfMetrics } from '../self-metrics.ts';

export interface SelfRouteDeps {
  readonly selfMetrics: SelfMetrics;
  /** Why it cannot serve yet, in words; null when it can. */
  readonly ready: () => string | null;
}

const tags = ['collector'];
const plainText = 'text/plain; charset=utf-8';

export function addSelfRoutes(app: FastifyInstance, { selfMetrics, ready }: SelfRouteDeps): void {
  const about = (summary: string) => ({
    schema: { tags, summary, response: answersText(['text/plain'], summary) },
  });
  app.get('/metrics', about('Metrics of the collector itself, for Prometheus'), async (_request, reply) =>
    reply.type(selfMetrics.contentType).send(await selfMetrics.text()),
  );
  app.get('/-/healthy', about('Whether the collector lives'), async (_request, reply) =>
    reply.type(plainText).send('healthy\n'),
  );
  app.get('/-/ready', about('Whether the collector can serve'), async (_request, reply) => {
    const reason = ready();
    if (reason === null) return reply.type(plainText).send('ready\n');
    throw new HttpProblem(503, 'not-ready', reason, 'Wait; the log of the collector says more.');
  });
}

export function addDescriptionRoute(app: FastifyInstance): void {
  const response = answers(200, Type.Object({}), 'OpenAPI 3.1.');
  app.get('/openapi.json', { schema: { tags, summary: 'Describe this API', response } }, async () =>
    app.swagger(),
  );
}
