// In: a file, gzipped or not. Out: its bytes as they were written. It refuses (ImportError) what unpacks to more than a profile
// takes, and what is damaged.
import { gunzipSync } from 'node:zlib';
import { errorCode, errorMessage } from '../../shared/errors.ts';
import { badFile, tooLarge } from './import-error.ts';

export const mostUnpackedBytes = 256 * 1024 * 1024;

export function unpack(bytes: Uint8Array, most = mostUnpackedBytes): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (bytes.length > most) throw tooLarge(`the file has ${bytes.length} bytes, at most ${most} are taken`);
    return bytes;
  }
  try {
    return gunzipSync(bytes, { maxOutputLength: most });
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(`the file unpacks to more than ${most} bytes`);
    throw badFile(`the file cannot be unpacked: ${errorMessage(error)}`);
  }
}
