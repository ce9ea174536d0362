// In: the bytes of one protobuf message. Out: its fields in their order, as https://protobuf.dev/programming-guides/encoding
// says. It refuses (ImportError) bytes that end within a field.
import { errorMessage } from '../../shared/errors.ts';
import { badFile, type ImportError } from './import-error.ts';

export type ProtoField =
  | { readonly field: number; readonly kind: 'number'; readonly value: bigint }
  | { readonly field: number; readonly kind: 'bytes'; readonly value: Uint8Array };

const longestVarint = 10;
/** Bytes of the kinds of fixed length, which are passed over. */
const fixed: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

export function* fieldsOf(bytes: Uint8Array, what: string): Generator<ProtoField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let place = 0; place < longestVarint; place += 1) {
      const byte = bytes[at];
      if (byte === undefined) throw endsEarly(what, at);
      at += 1;
      value |= BigInt(byte & 0x7f) << BigInt(7 * place);
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw badFile(`${what}: a number of more than ${longestVarint} bytes at byte ${at}`);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const [field, kind] = [Math.floor(tag / 8), tag & 7];
    if (field < 1 || field > 2 ** 29) throw badFile(`${what}: no field at byte ${at}`);
    if (kind === 0) {
      yield { field, kind: 'number', value: varint() };
      continue;
    }
    const length = kind === 2 ? Number(varint()) : fixed[kind];
    if (length === undefined) throw badFile(`${what}: field ${field} is of no known kind at byte ${at}`);
    if (length < 0 || at + length > bytes.length) throw endsEarly(`${what}: field ${field}`, at);
    if (kind === 2) yield { field, kind: 'bytes', value: bytes.subarray(at, at + length) };
    at += length;
  }
}

/** What a library makes of a message; what it cannot make is a bad file. */
export function decoded<T>(what: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw badFile(`${what}: ${errorMessage(error)}`);
  }
}

function endsEarly(what: string, at: number): ImportError {
  return badFile(`${what}: the file ends in the middle of it, at byte ${at}`);
}
