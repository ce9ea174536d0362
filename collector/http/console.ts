// In: the folder of the built console. Out: its files, and its first page for every address that is a page of it.
// Files whose name carries a hash never change and are kept by browsers; the others are asked for again.
import staticFiles from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from './problems.ts';

const hashed = /[.-][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

const notBuilt =
  'The console is not built yet. Build it with: npm run build\nThe API answers under /api/v1.\n';

/** Also answers for everything that no route knows. */
export async function serveConsole(app: FastifyInstance, webRoot: string | null): Promise<void> {
  if (webRoot === null) {
    app.get('/', (_request, reply) => reply.type('text/plain; charset=utf-8').send(notBuilt));
  } else {
    await app.register(staticFiles, {
      root: webRoot,
      cacheControl: false,
      dotfiles: 'ignore',
      setHeaders: (reply, path) => {
        const kept = hashed.test(path) && !path.endsWith('.html');
        reply.header('cache-control', kept ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    if (webRoot !== null && isPage(request)) return sendFirstPage(reply);
    const path = request.url.split('?')[0]?.slice(0, 200) ?? '';
    const remedy = 'The API is described at /api/v1/openapi.json.';
    throw new HttpProblem(404, 'no-such-route', `${request.method} ${path}: not served here`, remedy);
  });
}

function sendFirstPage(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-cache').sendFile('index.html');
}

/** The console itself knows its pages. A path with a dot in its last part is a missing file, but nodes have dots, too. */
function isPage({ method, url }: FastifyRequest): boolean {
  const path = url.split('?')[0] ?? '';
  const served = /^\/(api|metrics|-)(\/|$)/.test(path);
  const isFile = /\.[^/]*$/.test(path) && !/^\/nodes\/[A-Za-z0-9._-]+$/.test(path);
  return (method === 'GET' || method === 'HEAD') && !served && !isFile;
}
