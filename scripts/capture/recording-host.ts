// A host that notes everything it is asked. In: a host of the machine it runs on. Out: the same host, and a record of
// every file read, folder listed, link followed, mount asked and program run. The kernel's log is not noted: it says
// more of a machine and its people than of its hardware.
import type { BackgroundFiles } from '../../agent/host/background-files.ts';
import type { ByteCursor } from '../../agent/host/byte-cursor.ts';
import type { FileFacts, Host } from '../../agent/host/host.ts';
import type { MountSize } from '../../agent/host/mount-statistics.ts';
import type { ProgramResult } from '../../agent/host/programs.ts';
import { errorCode } from '../../shared/errors.ts';

const mostBytes = 64 * 1024 * 1024;

/** Paths are those of a real machine, wherever the host has its trees. */
export interface MachineRecord {
  /** Where a path of the record is on this machine. */
  readonly placeOf: (path: string) => string;
  readonly files: Map<string, Buffer>;
  readonly folders: Map<string, readonly string[]>;
  readonly links: Map<string, string>;
  readonly facts: Map<string, FileFacts>;
  /** The answer, or the code of the error. */
  readonly mounts: Map<string, MountSize | string>;
  /** By program and arguments, separated by spaces. */
  readonly runs: Map<string, Map<string, ProgramResult>>;
  /** The newest document of programs that run on. */
  readonly streams: Map<string, Map<string, Buffer>>;
  /** Names by uid, as far as they were asked. */
  readonly users: Map<number, string>;
}

export function recordHost(host: Host): { readonly host: Host; readonly record: MachineRecord } {
  const record = emptyRecord(host);
  const nameOf = createNameOf(host);
  const noteBytes = createNoteBytes(record, nameOf);
  const noteCursor = (path: string, cursor: ByteCursor): ByteCursor => {
    noteBytes(path, cursor.bytes.subarray(0, cursor.end));
    return cursor;
  };
  const noteNames = (path: string, names: readonly string[]): readonly string[] => {
    record.folders.set(nameOf(path), names);
    return names;
  };
  const recording: Host = {
    ...host,
    keep(path) {
      const file = host.keep(path);
      return { path, read: () => noteCursor(path, file.read()), close: () => file.close() };
    },
    readBytes: (path) => noteCursor(path, host.readBytes(path)),
    readText(path) {
      const text = host.readText(path);
      noteCursor(path, host.readBytes(path));
      return text;
    },
    list: (path) => noteNames(path, host.list(path)),
    fileFacts(path) {
      const facts = host.fileFacts(path);
      if (facts !== null) record.facts.set(nameOf(path), facts);
      return facts;
    },
    linkTarget(path) {
      const target = host.linkTarget(path);
      if (target !== null) record.links.set(nameOf(path), target);
      return target;
    },
    userName(uid) {
      const name = host.userName(uid);
      record.users.set(uid, name);
      return name;
    },
    backgroundFiles: (deadlineMs) => recordBackground(host.backgroundFiles(deadlineMs), noteBytes, noteNames),
    ...recordPrograms(host, record),
  };
  return { host: recording, record };
}

function emptyRecord({ roots }: Host): MachineRecord {
  return {
    placeOf: (path) =>
      path.replace(/^\/(?:proc|sys)(?=\/|$)|^/, (top) =>
        top === '/proc' ? roots.proc : top === '/sys' ? roots.sys : roots.root,
      ),
    files: new Map(),
    folders: new Map(),
    links: new Map(),
    facts: new Map(),
    mounts: new Map(),
    runs: new Map(),
    streams: new Map(),
    users: new Map(),
  };
}

function createNameOf({ roots }: Host): (path: string) => string {
  const below = (path: string, root: string): boolean => path === root || path.startsWith(`${root}/`);
  return (path) => {
    if (below(path, roots.proc)) return `/proc${path.slice(roots.proc.length)}`;
    if (below(path, roots.sys)) return `/sys${path.slice(roots.sys.length)}`;
    return path.slice(roots.root.length);
  };
}

type NoteBytes = (path: string, bytes: Uint8Array) => void;

function createNoteBytes({ files }: MachineRecord, nameOf: (path: string) => string): NoteBytes {
  let held = 0;
  return (place, bytes) => {
    const path = nameOf(place);
    held += bytes.length - (files.get(path)?.length ?? 0);
    if (held > mostBytes) throw new Error(`more than ${mostBytes} bytes were read: ${path} is too much`);
    files.set(path, Buffer.from(bytes));
  };
}

function recordBackground(
  files: BackgroundFiles,
  noteBytes: NoteBytes,
  noteNames: (path: string, names: readonly string[]) => readonly string[],
): BackgroundFiles {
  const noteText = (path: string, text: string): string => {
    // Given without the line feed that must end it.
    noteBytes(path, Buffer.from(`${text}\n`));
    return text;
  };
  return {
    get hanging() {
      return files.hanging;
    },
    readText: async (path) => noteText(path, await files.readText(path)),
    readOnce: async (path) => noteText(path, await files.readOnce(path)),
    list: async (path) => noteNames(path, await files.list(path)),
    close: () => files.close(),
  };
}

function recordPrograms(host: Host, record: MachineRecord): Pick<Host, 'run' | 'stream' | 'mountSize'> {
  return {
    async run(request) {
      const result = await host.run(request);
      noteOf(record.runs, request.program).set(request.arguments.join(' '), result);
      return result;
    },
    stream(request) {
      const kept = noteOf(record.streams, request.program);
      return host.stream({
        ...request,
        onDocument(document) {
          kept.set(request.arguments.join(' '), Buffer.from(document));
          request.onDocument(document);
        },
      });
    },
    async mountSize(request) {
      try {
        const size = await host.mountSize(request);
        record.mounts.set(request.path, size);
        return size;
      } catch (error) {
        record.mounts.set(request.path, errorCode(error) ?? 'EIO');
        throw error;
      }
    },
  };
}

function noteOf<T>(all: Map<string, Map<string, T>>, program: string): Map<string, T> {
  const known = all.get(program) ?? new Map<string, T>();
  all.set(program, known);
  return known;
}
