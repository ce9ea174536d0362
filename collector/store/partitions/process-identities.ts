// In: the processes of one node. Out: a number for each, by what stays the same over a life; and these as bytes. A process that
// changes its name, command, job or CPUs gets a new number. Names of wait channels are numbered too.
//
//   length of the texts, texts (JSON: each once) │ wait channels: numbers of texts │ a column for each field, as a chunk
//
// A text that is null has number 0. It refuses (ChunkError) bytes of another format.
import { isSameDefinition, type ProcessDefinition } from '../../../shared/model/process-columns.ts';
import type { ByteReader } from '../columns/byte-reader.ts';
import { type ByteWriter, maxVarintBytes } from '../columns/byte-writer.ts';
import { decodeChunk, encodeChunk } from '../columns/chunk-codec.ts';
import { malformed } from '../columns/chunk-error.ts';

const texts = ['name', 'command', 'user', 'job', 'step', 'allowedCpus'] as const;
const figures = ['pid', 'startTimeMs', 'parentPid', 'uid', 'localRank'] as const;
const fields = [...figures, ...texts, 'outsideJob'] as const;
const maxBytes = 1 << 28;
const maxEntries = 1 << 20;

export class ProcessIdentities {
  readonly #all: ProcessDefinition[] = [];
  readonly #newest = new Map<number, { readonly number: number; readonly said: ProcessDefinition }>();
  readonly #channels: string[] = [];
  readonly #channelNumbers = new Map<string, number>();

  get all(): readonly ProcessDefinition[] {
    return this.#all;
  }

  get channels(): readonly string[] {
    return this.#channels;
  }

  numberOf(process: ProcessDefinition): number {
    const known = this.#newest.get(process.pid);
    if (known !== undefined && isSameDefinition(known.said, process)) return known.number;
    const number = this.#all.push(process) - 1;
    this.#newest.set(process.pid, { number, said: process });
    return number;
  }

  channelNumber(name: string): number {
    const known = this.#channelNumbers.get(name);
    if (known !== undefined) return known;
    const number = this.#channels.push(name) - 1;
    this.#channelNumbers.set(name, number);
    return number;
  }
}

export function writeIdentities(writer: ByteWriter, { all, channels }: ProcessIdentities): void {
  const table = new Map<string, number>();
  const textNumber = (text: string | null): number => {
    if (text === null) return 0;
    const known = table.get(text);
    if (known !== undefined) return known;
    table.set(text, table.size + 1);
    return table.size;
  };
  const values = fields.map((field) =>
    Float64Array.from(all, (process) => {
      const value = process[field];
      if (typeof value === 'number') return value;
      return typeof value === 'boolean' ? Number(value) : textOrNaN(field, value, textNumber);
    }),
  );
  const channelNumbers = channels.map(textNumber);
  const json = Buffer.from(JSON.stringify([...table.keys()]));
  const chunk = encodeChunk(
    values.map((column) => ({ values: column, decimals: 0 })),
    'none',
  );
  writer.reserve(json.length + chunk.length + (channels.length + 3) * maxVarintBytes);
  writeBytes(writer, json);
  writer.varint(channels.length);
  for (const number of channelNumbers) writer.varint(number);
  writeBytes(writer, chunk);
}

export interface ReadIdentities {
  readonly all: readonly ProcessDefinition[];
  readonly channels: readonly string[];
}

export function readIdentities(reader: ByteReader): ReadIdentities {
  const json: unknown = JSON.parse(Buffer.from(readBytes(reader)).toString('utf8'));
  if (!Array.isArray(json)) throw malformed('no texts of processes');
  const textOf = (number: number | undefined): string => String(json[(number ?? 0) - 1]);
  const channels = Array.from({ length: reader.count(maxEntries) }, () => textOf(reader.count(maxEntries)));
  const columns = decodeChunk(readBytes(reader));
  if (columns.length !== fields.length) throw malformed(`${columns.length} columns of processes`);
  const column = (field: (typeof fields)[number]) => columns[fields.indexOf(field)] ?? new Float64Array();
  const text = (field: (typeof texts)[number], at: number) => textOf(column(field)[at]);
  const textOrNull = (field: (typeof texts)[number], at: number) =>
    column(field)[at] === 0 ? null : text(field, at);
  const figure = (field: (typeof figures)[number], at: number) => column(field)[at] ?? 0;
  const all = Array.from(
    column('pid'),
    (pid, at): ProcessDefinition => ({
      pid,
      startTimeMs: figure('startTimeMs', at),
      parentPid: figure('parentPid', at),
      uid: figure('uid', at),
      localRank: Number.isNaN(figure('localRank', at)) ? null : figure('localRank', at),
      name: text('name', at),
      command: text('command', at),
      user: text('user', at),
      job: textOrNull('job', at),
      step: textOrNull('step', at),
      allowedCpus: textOrNull('allowedCpus', at),
      outsideJob: column('outsideJob')[at] === 1,
    }),
  );
  return { all, channels };
}

/** Of the fields that may be null only the rank is a number. */
function textOrNaN(
  field: (typeof fields)[number],
  value: string | null,
  textNumber: (text: string | null) => number,
): number {
  return field === 'localRank' ? Number.NaN : textNumber(value);
}

function writeBytes(writer: ByteWriter, bytes: Uint8Array): void {
  writer.varint(bytes.length);
  writer.bytes.set(bytes, writer.at);
  writer.at += bytes.length;
}

function readBytes(reader: ByteReader): Uint8Array {
  const length = reader.count(maxBytes);
  const from = reader.skip(length);
  return reader.bytes.subarray(from, from + length);
}
