// Names of users. In: uids and the passwd file (passwd(5)). Out: the name, or the number as text where it has none.
// The file is read again when it has changed. Users that only a directory service knows stay numbers.
import { readFileSync, statSync } from 'node:fs';

const largestFileBytes = 16 * 1024 * 1024;
const longestName = 64;
const checkEveryMs = 60_000;

export class UserNames {
  private readonly path: string;
  private names = new Map<number, string>();
  private changedMs = -1;
  private checkedAtMs = Number.NEGATIVE_INFINITY;

  constructor(path: string) {
    this.path = path;
  }

  /** `nowMs` is monotonic. */
  name(uid: number, nowMs: number): string {
    if (nowMs - this.checkedAtMs >= checkEveryMs) {
      this.checkedAtMs = nowMs;
      this.refresh();
    }
    return this.names.get(uid) ?? String(uid);
  }

  private refresh(): void {
    try {
      const { mtimeMs, size } = statSync(this.path);
      if (mtimeMs === this.changedMs || size > largestFileBytes) return;
      this.changedMs = mtimeMs;
      this.names = parsePasswd(readFileSync(this.path, 'utf8'));
    } catch {
      // Without the file every user is shown as a number.
      this.names = new Map();
    }
  }
}

/** `name:password:uid:…` per line; the first line of a uid counts, as getpwuid(3) does it. */
export function parsePasswd(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name, , uid] = line.split(':', 3);
    if (name === undefined || name === '' || uid === undefined || !/^\d{1,10}$/.test(uid)) continue;
    if (!names.has(Number(uid))) names.set(Number(uid), name.slice(0, longestName));
  }
  return names;
}
