// A disk of its own for a test: a file system in a file. It can be filled, and it can lose its power: then it is as what
// was synced made it, or what the kernel happened to write, and nothing else. Only root can have one.
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';

const mebibyte = 1024 * 1024;

export class SmallDisk {
  readonly folder: string;
  readonly #mount: string;
  #images = 0;

  private constructor(folder: string) {
    this.folder = folder;
    this.#mount = join(folder, 'mounted');
    mkdirSync(this.#mount);
  }

  /** Skips the test where it cannot be. */
  static make(ctx: TestContext, sizeMiB: number): SmallDisk {
    if (process.geteuid?.() !== 0)
      ctx.skip('a file system in a file is mounted by root only: run the tests as root');
    const disk = new SmallDisk(mkdtempSync(join(tmpdir(), 'jidi-small-disk-')));
    onTestFinished(() => disk.#remove());
    writeFileSync(disk.#image, '');
    truncateSync(disk.#image, sizeMiB * mebibyte);
    try {
      execFileSync('mkfs.ext4', ['-q', '-m', '0', disk.#image]);
      disk.#attach();
    } catch (error) {
      ctx.skip(`no file system in a file: ${String(error)} – install with: apt-get install e2fsprogs mount`);
    }
    return disk;
  }

  path(name: string): string {
    return join(this.#mount, name);
  }

  /** Who wrote to it has been killed. What no sync has brought to the disk is gone. */
  losePower(): void {
    const before = this.#image;
    this.#images += 1;
    // The file is what the disk is; what is only in memory is not in it.
    copyFileSync(before, this.#image);
    this.#detach();
    rmSync(before);
    this.#attach();
  }

  /** Leaves not a single block. */
  fill(): void {
    const filler = openSync(this.path('filler'), 'a');
    for (const bytes of [Buffer.alloc(64 * 1024), Buffer.alloc(1024)]) {
      for (;;) {
        try {
          writeSync(filler, bytes);
        } catch {
          // Full.
          break;
        }
      }
    }
    closeSync(filler);
  }

  free(): void {
    rmSync(this.path('filler'), { force: true });
  }

  get #image(): string {
    return join(this.folder, `image-${this.#images}`);
  }

  #attach(): void {
    execFileSync('mount', ['-o', 'loop', this.#image, this.#mount]);
  }

  #detach(): void {
    execFileSync('umount', [this.#mount]);
  }

  #remove(): void {
    try {
      this.#detach();
    } catch {
      // It never was mounted.
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
