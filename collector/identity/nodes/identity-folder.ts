// The folder of keys and certificates, DATA/identity. In: names of files, their text. Out: text; files that are whole and on
// disk before they are seen. Nobody but its owner can read it: who runs this as root leaves it to the owner of the data
// folder, as the collector must read it.
// It refuses a key that others can read.
import {
  closeSync,
  fchownSync,
  fsyncSync,
  lchownSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode, errorMessage, StartError } from '../../../shared/errors.ts';
import { makeFolder } from '../../../shared/folders.ts';

export class IdentityFolder {
  readonly path: string;

  constructor(dataDir: string) {
    this.path = join(dataDir, 'identity');
  }

  /** Throws StartError. */
  make(): void {
    const parent = dirname(this.path);
    this.#try('make', this.path, () => {
      makeFolder(parent);
      if (this.#exists('')) return;
      makeFolder(this.path, 0o700);
      const { uid, gid } = statSync(parent);
      // Its owner could have put a link in its place.
      if (isRoot()) lchownSync(this.path, uid, gid);
    });
  }

  /** undefined: there is none. Throws StartError. */
  read(name: string): string | undefined {
    const path = join(this.path, name);
    return this.#try('read', path, () => {
      if (!this.#exists(name)) return undefined;
      if (name.endsWith('.key')) requirePrivate(path);
      return readFileSync(path, 'utf8');
    });
  }

  /** Throws StartError. */
  write(name: string, text: string): void {
    const path = join(this.path, name);
    const written = `${path}.new`;
    this.#try('write', path, () => {
      const { uid, gid } = statSync(this.path);
      // What another one has put there, a link too, is neither written to nor kept.
      rmSync(written, { force: true });
      const file = openSync(written, 'wx', 0o600);
      try {
        if (isRoot()) fchownSync(file, uid, gid);
        writeSync(file, text);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(written, path);
      this.#sync();
    });
  }

  rename(from: string, to: string): void {
    this.#try('rename', join(this.path, from), () => {
      renameSync(join(this.path, from), join(this.path, to));
      this.#sync();
    });
  }

  remove(name: string): void {
    this.#try('remove', join(this.path, name), () => rmSync(join(this.path, name), { force: true }));
  }

  /** Says whether a file is another than before, without reading it; '' where there is none. */
  stamp(name: string): string {
    const found = statSync(join(this.path, name), { throwIfNoEntry: false });
    return found === undefined ? '' : `${found.ino} ${found.mtimeMs} ${found.size}`;
  }

  #exists(name: string): boolean {
    return statSync(join(this.path, name), { throwIfNoEntry: false }) !== undefined;
  }

  /** A name is on disk only when its folder is. */
  #sync(): void {
    const folder = openSync(this.path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }

  #try<T>(what: string, path: string, run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (error instanceof StartError) throw error;
      const remedy =
        errorCode(error) === 'EACCES'
          ? 'Run it as the user of the collector, or as root.'
          : 'Look at the disk of the data folder.';
      throw new StartError(`${what} ${path}: ${errorMessage(error)}`, remedy, { cause: error });
    }
  }
}

function requirePrivate(path: string): void {
  if ((statSync(path).mode & 0o077) === 0) return;
  throw new StartError(
    `${path}: others can read this key`,
    `Close it: chmod 600 ${path}; if anybody could read it: jidi-collector ca rotate`,
  );
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
