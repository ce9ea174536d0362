import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder } from '../../shared/folders.ts';

describe('makeFolder', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'jidi-folders-'));
  });
  afterEach(() => rmSync(base, { recursive: true }));

  test('makes what is missing, private, and is content with what is there', () => {
    const path = join(base, 'a/b/c');
    makeFolder(path);
    makeFolder(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  test('says what stands in the way', () => {
    writeFileSync(join(base, 'file'), '');
    expect(() => makeFolder(join(base, 'file'))).toThrow('EEXIST');
    expect(() => makeFolder(join(base, 'file/below'))).toThrow('ENOTDIR');
  });

  test('comes back where nothing can be made', () => {
    expect(() => makeFolder('/proc/nothing/below')).toThrow(/ENOENT|EACCES|EPERM/);
  });
});
