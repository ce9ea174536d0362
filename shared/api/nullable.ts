// null says: not known. It is never replaced by 0 or ''.
import { Type } from 'typebox';

export const NullableString = Type.Union([Type.String(), Type.Null()]);
export const NullableNumber = Type.Union([Type.Number(), Type.Null()]);
export const Labels = Type.Record(Type.String(), Type.String());
