// In: whatever was thrown while a partition file was opened or read. Out: whether the file is damaged.
import { errorCode } from '../../../shared/errors.ts';
import { ChunkError } from '../columns/chunk-error.ts';
import { StoreError } from '../store.ts';

const damaged = /^SQLITE_(CORRUPT|NOTADB|IOERR_SHORT_READ|IOERR_READ|IOERR_DATA|IOERR_CORRUPTFS)/;

export function isDamage(error: unknown): boolean {
  if (error instanceof ChunkError) return true;
  if (error instanceof StoreError) return error.code === 'corrupt';
  if (error instanceof SyntaxError) return true;
  return damaged.test(errorCode(error) ?? '');
}
