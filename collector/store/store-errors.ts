// In: whatever SQLite or the file system threw. Out: an error with a code and a remedy, in words.
// What is no trouble of the disk or the file passes through unchanged: it is a bug.
import { errorCode, errorMessage, StartError } from '../../shared/errors.ts';
import { StoreError } from './store.ts';

type Trouble = Exclude<StoreError['code'], 'closed' | 'busy'>;

const remedies: Readonly<Record<Trouble, string>> = {
  'disk-full': 'Free space on its disk or raise its quota; the store goes on by itself.',
  'read-only': 'Make the folder and the files in it writable for this user, or name another data folder.',
  corrupt: 'Stop the collector, move the file aside or put a copy of it back, then start again.',
};

const words: Readonly<Record<Trouble, string>> = {
  'disk-full': 'the disk is full',
  'read-only': 'it cannot be written',
  corrupt: 'the file is damaged',
};

/** The StoreError that stands for it, or the same error when it is none of the disk's troubles. */
export function toStoreError(error: unknown, file: string): unknown {
  const code = errorCode(error);
  if (isLocked(code)) {
    return new StoreError('busy', `store ${file}: another program has it locked. Try again later.`, {
      cause: error,
    });
  }
  const trouble = troubleOf(code);
  if (trouble === undefined) return error;
  return new StoreError(trouble, `store ${file}: ${words[trouble]}. ${remedies[trouble]}`, { cause: error });
}

/** The sentence with which a start ends, or the same error. */
export function toStartError(error: unknown, file: string): unknown {
  if (error instanceof StartError) return error;
  const code = errorCode(error);
  if (isLocked(code)) {
    return new StartError(
      `store ${file}: another collector is using it`,
      'Stop the other collector, or name another data folder.',
      { cause: error },
    );
  }
  const trouble = troubleOf(code);
  if (trouble === undefined) return error;
  return new StartError(`store ${file}: ${words[trouble]} (${errorMessage(error)})`, remedies[trouble], {
    cause: error,
  });
}

// An I/O error on writing (a quota, a failing disk) counts as not writable, one on reading as damage.
const troubles: readonly (readonly [RegExp, Trouble])[] = [
  [/^(SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)/, 'disk-full'],
  [/^SQLITE_IOERR_(READ|SHORT_READ|CORRUPTFS|DATA)/, 'corrupt'],
  [/^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|SQLITE_AUTH|SQLITE_IOERR)/, 'read-only'],
  [/^(EACCES|EPERM|EROFS|ENOTDIR|EEXIST|EISDIR|ENAMETOOLONG|ELOOP|ENOENT)$/, 'read-only'],
  [/^(SQLITE_CORRUPT|SQLITE_NOTADB)/, 'corrupt'],
];

function isLocked(code: string | undefined): boolean {
  return code?.startsWith('SQLITE_BUSY') === true || code?.startsWith('SQLITE_LOCKED') === true;
}

function troubleOf(code: string | undefined): Trouble | undefined {
  if (code === undefined) return undefined;
  return troubles.find(([pattern]) => pattern.test(code))?.[1];
}
