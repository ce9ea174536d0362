// Where the programs of the store's threads are: beside this source in a checkout, beside the bundle when installed.
import { join } from 'node:path';

const isBundle = import.meta.filename.endsWith('.mjs');

export const threadPrograms = {
  writer: join(import.meta.dirname, isBundle ? 'jidi-store-writer.mjs' : 'writer-thread.ts'),
  reader: join(import.meta.dirname, isBundle ? 'jidi-store-reader.mjs' : 'reader-thread.ts'),
};
