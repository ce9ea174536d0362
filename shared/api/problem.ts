// Errors over HTTP: application/problem+json, RFC 9457.
import { type Static, Type } from 'typebox';

export const Problem = Type.Object(
  {
    type: Type.String({ description: 'about:blank' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'Sentence that names the subject.' }),
    code: Type.String({ description: 'Stable word for programs, English.' }),
    remedy: Type.String({ description: 'What to do about it.' }),
    requestId: Type.String(),
  },
  { $id: 'Problem' },
);
export type Problem = Static<typeof Problem>;

export const Reason = Type.Object(
  { code: Type.String(), message: Type.String(), remedy: Type.String() },
  { $id: 'Reason' },
);
