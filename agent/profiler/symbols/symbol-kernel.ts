// Copies the addresses of the kernel's functions for a reader who may not see them. In: /proc/kallsyms. Out: a file with its
// functions only, or undefined where the kernel hides them (kernel.kptr_restrict).
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

const chunkBytes = 1024 * 1024;
/** Code, and the two names by which perf finds where the kernel lies. */
const wanted = /^(?!0{8})[0-9a-f]{8,16} [tTwW] /;
const mostBytes = 64 * 1024 * 1024;

export function copyKernelSymbols(to: string, from = '/proc/kallsyms'): boolean {
  try {
    const source = openSync(from, 'r');
    const target = openSync(to, 'w', 0o444);
    try {
      return copy(source, target) > 0;
    } finally {
      closeSync(source);
      closeSync(target);
    }
  } catch {
    // A kernel without the file, or a full disk.
    return false;
  }
}

function copy(source: number, target: number): number {
  const bytes = Buffer.alloc(chunkBytes);
  let written = 0;
  let tail = '';
  while (written < mostBytes) {
    const length = readSync(source, bytes, 0, chunkBytes, null);
    if (length === 0) break;
    const lines = (tail + bytes.toString('latin1', 0, length)).split('\n');
    tail = lines.pop() ?? '';
    const kept = lines.filter((line) => wanted.test(line) && !line.endsWith('[bpf]'));
    if (kept.length > 0) written += writeSync(target, `${kept.join('\n')}\n`, null, 'latin1');
    // Hidden addresses are all 0; the first of them says so.
    else if (written === 0 && lines.length > 1000) return 0;
  }
  return written;
}
