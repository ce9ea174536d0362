// Import of a profile: the body is the file itself, as it is.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Profile } from '../../../shared/api/profile.ts';
import { ImportParameters, importLimits, importTypes } from '../../../shared/api/profile-import.ts';
import type { ProfileImport } from '../../import/profile-import.ts';
import { answers } from '../answers.ts';

export interface ProfileImportRouteDeps {
  readonly imports: Pick<ProfileImport, 'admit' | 'importProfile'>;
  readonly showProfile: (request: FastifyRequest, id: string) => Promise<Profile>;
}

const file = { schema: Type.Unknown({ description: `The file, at most ${importLimits.fileBytes} bytes.` }) };

export function addProfileImportRoute(app: FastifyInstance, deps: ProfileImportRouteDeps): void {
  // What a body may be is the affair of this route alone.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser([...importTypes], { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    addRoute(scope, deps);
  });
}

function addRoute(app: FastifyInstance, { imports, showProfile }: ProfileImportRouteDeps): void {
  const schema = {
    tags: ['profiles'],
    summary: 'Import a profile that another program recorded',
    querystring: ImportParameters,
    body: { content: Object.fromEntries(importTypes.map((type) => [type, file])) },
    response: answers(201, Profile, 'The new profile; Location names it.'),
  };
  // Before the body is received: that is what takes memory.
  const admit = async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.raw.once('close', imports.admit());
  };
  app.post<{ Querystring: ImportParameters; Body: unknown }>(
    '/profiles/import',
    {
      schema,
      bodyLimit: importLimits.fileBytes,
      config: { bodyTypes: importTypes },
      onRequest: admit,
    },
    async (request, reply) => {
      const { body, query, actor, principal } = request;
      const bytes = body instanceof Uint8Array ? body : new Uint8Array();
      const id = await imports.importProfile(bytes, { ...query, startedBy: principal.name }, actor);
      return reply
        .code(201)
        .header('location', `/api/v1/profiles/${id}`)
        .send(await showProfile(request, id));
    },
  );
}
