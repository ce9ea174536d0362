// The thread that reads one file and ends. Started by file-reader.ts. What it throws is told in words.
import { parentPort, workerData } from 'node:worker_threads';
import { ImportError, type ImportErrorCode } from './import-error.ts';
import { type FileToRead, type ReadFile, readFile } from './read-file.ts';

export type ImportAnswer =
  | { readonly read: ReadFile }
  | {
      readonly refused: { readonly code: ImportErrorCode; readonly message: string; readonly remedy: string };
    };

parentPort?.postMessage(answer(workerData as FileToRead), []);

function answer(file: FileToRead): ImportAnswer {
  try {
    return { read: readFile(file) };
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    const { code, message, remedy } = error;
    return { refused: { code, message, remedy } };
  }
}
