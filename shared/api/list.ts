// Lists over HTTP: newest first, bounded, continued by a cursor.
import { type Static, Type } from 'typebox';

export const ListQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
  before: Type.Optional(
    Type.Number({ description: 'Only what was made before this time, seconds since the Unix epoch.' }),
  ),
});
export type ListQuery = Static<typeof ListQuery>;
