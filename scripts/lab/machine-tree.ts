// The files of one machine: a layer of its own above the base tree, or a copy of it where the kernel has no overlay. Files are
// placed before the machine starts. Out: the shell command that mounts it, for the namespace in which the machine will live.
import { chownSync, existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { call, mustCall } from './commands.ts';

export interface PlacedFile {
  readonly mode?: number;
  /** Path in the base tree whose owner the file gets; root's without. */
  readonly ownerOf?: string;
}

export class MachineTree {
  readonly root: string;
  readonly mountCommand: string;
  readonly #base: string;
  /** Where files are placed: the own layer, or the copy. */
  readonly #own: string;

  private constructor(base: string, folder: string, layered: boolean) {
    this.#base = base;
    this.root = join(folder, 'root');
    this.#own = layered ? join(folder, 'layer') : this.root;
    const options = `lowerdir=${base},upperdir=${this.#own},workdir=${join(folder, 'work')}`;
    this.mountCommand = layered
      ? `mount -t overlay overlay -o ${shellWord(options)} ${shellWord(this.root)}`
      : 'true';
  }

  static async make(base: string, folder: string): Promise<MachineTree> {
    for (const name of ['root', 'layer', 'work'])
      mkdirSync(join(folder, name), { recursive: true, mode: 0o755 });
    const layered = new MachineTree(base, folder, true);
    // Mounted in a namespace that ends at once: does it work here?
    const trial = ['--mount', '--propagation', 'private', 'sh', '-c', layered.mountCommand];
    if ((await call('unshare', trial)).code === 0) return layered;
    rmSync(join(folder, 'root'), { recursive: true });
    await mustCall('cp', ['-a', '--reflink=auto', base, join(folder, 'root')], { timeoutMs: 300_000 });
    return new MachineTree(base, folder, false);
  }

  place(path: string, content: string | Uint8Array, { mode = 0o644, ownerOf }: PlacedFile = {}): void {
    const target = this.#prepare(path);
    writeFileSync(target, content, { mode });
    if (ownerOf === undefined) return;
    const { uid, gid } = lstatSync(join(this.#base, ownerOf));
    chownSync(target, uid, gid);
  }

  /** systemd starts the unit under no circumstances. */
  mask(unit: string): void {
    symlinkSync('/dev/null', this.#prepare(join('/etc/systemd/system', unit)));
  }

  #prepare(path: string): string {
    const target = join(this.#own, path);
    this.#makeFolders(dirname(path));
    rmSync(target, { force: true });
    return target;
  }

  /** A folder of the layer stands for the one below: with the same owner and mode. */
  #makeFolders(path: string): void {
    const own = join(this.#own, path);
    if (existsSync(own)) return;
    this.#makeFolders(dirname(path));
    const below = join(this.#base, path);
    const { mode, uid, gid } = existsSync(below) ? lstatSync(below) : { mode: 0o755, uid: 0, gid: 0 };
    mkdirSync(own, { mode: mode & 0o7777 });
    chownSync(own, uid, gid);
  }
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
