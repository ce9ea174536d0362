// Where the identity of a node lies: node.key, node.pem, authorities.pem, and until it has joined join.key. In: a folder. Out:
// the identity; files that only their owner may read.
//
// Invariants: each file is whole or not there, on disk before it is in its place; key and certificate change together: where a
// crash comes between them, the next reading ends what was begun. It refuses a key that others may read.
import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { errorCode, errorMessage, StartError } from '../../shared/errors.ts';
import { makeFolder } from '../../shared/folders.ts';
import { type CredentialFiles, joinAnew, type NodeCredentials, readCredentials } from './node-credentials.ts';

const names = { key: 'node.key', certificate: 'node.pem', authorities: 'authorities.pem', join: 'join.key' };
const next = '.next';

export class CredentialFolder {
  readonly path: string;

  /** `stateDir` of the agent. */
  constructor(stateDir: string) {
    this.path = join(stateDir, 'identity');
  }

  /** null: the node has not joined. Throws StartError. */
  read(): NodeCredentials | null {
    const key = this.#readKey(names.key);
    if (key === null) return null;
    this.#endChange(key);
    const certificate = this.#read(names.certificate);
    const authorities = this.#read(names.authorities);
    if (certificate === null || authorities === null) {
      throw new StartError(`${this.path}: the identity of the node is not whole`, joinAnew);
    }
    return readCredentials({ key, certificate, authorities }, this.path);
  }

  /** Throws StartError. */
  write({ key, certificate, authorities }: CredentialFiles): void {
    this.make();
    this.#write(names.authorities, authorities);
    this.#stage(names.certificate, certificate);
    this.#write(names.key, key);
    this.#place(names.certificate);
    rmSync(join(this.path, names.join), { force: true });
  }

  /** The key with which this node asks to join, the same until it has. Throws StartError. */
  joinKey(): KeyObject {
    const known = this.#readKey(names.join);
    if (known !== null) return createPrivateKey(known);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.make();
    this.#write(names.join, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
    return privateKey;
  }

  /** Throws StartError when it cannot be written to. */
  make(): void {
    this.#try(() => makeFolder(this.path));
  }

  /** The key is the new one, its certificate was not in its place yet. */
  #endChange(key: string): void {
    const staged = this.#read(names.certificate + next);
    if (staged === null) return;
    try {
      if (!new X509Certificate(staged).checkPrivateKey(createPrivateKey(key))) return;
    } catch {
      return; // What was staged is none; what is in place is read next, and told of.
    }
    this.#place(names.certificate);
  }

  #readKey(name: string): string | null {
    const path = join(this.path, name);
    const mode = this.#try(() => statSync(path, { throwIfNoEntry: false })?.mode);
    if (mode === undefined) return null;
    if ((mode & 0o077) === 0) return this.#read(name);
    throw new StartError(
      `${path}: others may read this key`,
      `${joinAnew}; then nobody else may: chmod 600 ${path}`,
    );
  }

  #read(name: string): string | null {
    return this.#try(() => {
      try {
        return readFileSync(join(this.path, name), 'utf8');
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return null;
        throw error;
      }
    });
  }

  #write(name: string, text: string): void {
    this.#stage(name, text);
    this.#place(name);
  }

  #stage(name: string, text: string): void {
    const path = join(this.path, name + next);
    this.#try(() => {
      rmSync(path, { force: true });
      const file = openSync(path, 'wx', 0o600);
      try {
        writeSync(file, text);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    });
  }

  #place(name: string): void {
    this.#try(() => {
      renameSync(join(this.path, name + next), join(this.path, name));
      const folder = openSync(this.path, 'r');
      try {
        fsyncSync(folder);
      } finally {
        closeSync(folder);
      }
    });
  }

  #try<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      throw new StartError(
        `the identity of the node: ${errorMessage(error)}`,
        `Let the user of the agent read and write ${this.path}.`,
        { cause: error },
      );
    }
  }
}
