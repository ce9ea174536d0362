// The files of the log. In: the folder. Out: the paths of its segments by number.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Of a segment in the folder. */
export interface SegmentFile {
  readonly number: number;
  readonly path: string;
}

const pattern = /^(\d{8,15})\.log$/;

export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(8, '0')}.log`);
}

/** Ascending; other files and folders are left alone. */
export function listSegments(folder: string): readonly SegmentFile[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const { name } = entry;
      const digits = pattern.exec(name)?.[1];
      return digits === undefined || entry.isDirectory()
        ? []
        : [{ number: Number(digits), path: join(folder, name) }];
    })
    .toSorted((a, b) => a.number - b.number);
}
