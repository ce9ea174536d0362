// In: a file, gzipped or not. Out: its bytes as they were written. It refuses (ImportError) what unpacks to more than a profile
// takes, what is damaged, and a recording of perf, which only perf can read.
import { gunzipSync } from 'node:zlib';
import { errorCode, errorMessage } from '../../shared/errors.ts';
import { badFile, type ImportError, tooLarge } from './import-error.ts';

export const mostUnpackedBytes = 256 * 1024 * 1024;

export function unpack(bytes: Uint8Array, most = mostUnpackedBytes): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (bytes.length > most) throw tooLarge(`the file has ${bytes.length} bytes, at most ${most} are taken`);
    if (Buffer.from(bytes.subarray(0, 8)).toString('latin1') === 'PERFILE2') throw recordingOfPerf();
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

/** People have it at hand, and its bytes look like damaged pprof. */
function recordingOfPerf(): ImportError {
  return badFile(
    'the file is a recording of perf',
    'Fold it before: perf script -i perf.data | stackcollapse-perf.pl > perf.folded',
  );
}
