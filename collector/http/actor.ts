// In: a request. Out: `request.actor`, who asks, for the audit log. Without a login that is the way in, not a person.
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    actor: string;
  }
}

export function nameActors(app: FastifyInstance): void {
  app.decorateRequest('actor', '');
  app.addHook('onRequest', async (request) => {
    const way = request.headers.authorization === undefined ? 'local' : 'token';
    request.actor = `${way}@${request.ip}`;
  });
}
