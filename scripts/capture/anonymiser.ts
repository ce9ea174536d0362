// Takes what names a site, a machine or a person out of texts. In: texts and the names to look for. Out: the same texts
// with stand-ins, the same one for the same name wherever it stands, and a list of what was replaced.
// It knows shapes (addresses, UUIDs, GUIDs) and names that it was told. It cannot know every name: look through the
// result before it is shared.

export type SecretKind =
  | 'host'
  | 'domain'
  | 'user'
  | 'mount source'
  | 'IPv4 address'
  | 'IPv6 address'
  | 'MAC address'
  | 'UUID'
  | 'GUID'
  | 'serial number';

export interface Replacement {
  readonly kind: SecretKind;
  readonly original: string;
  readonly standIn: string;
}

const harmless = new Set(['0.0.0.0', '255.255.255.255', '::', '::1', '(none)', '', 'localhost']);
/** A shorter name is replaced where it stands alone, not within paths: too much else has such names. */
const shortName = 4;

const uuid = /(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])/gi;
const ipv4 = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]*\d)/g;
const ipv6 =
  /(?<![0-9a-f:.])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6})(?![0-9a-f:.])/gi;
/** Six octets, or the twenty of an IP-over-InfiniBand interface. */
const mac = /(?<![0-9a-f:])(?:[0-9a-f]{2}:){5}(?:(?:[0-9a-f]{2}:){14})?[0-9a-f]{2}(?![0-9a-f:])/gi;
const guid = /(?<![0-9a-f:])(?:[0-9a-f]{4}:){3}[0-9a-f]{4}(?![0-9a-f:])/gi;

export class Anonymiser {
  readonly #known = new Map<string, Replacement>();
  readonly #counts = new Map<SecretKind, number>();
  #literals: readonly { readonly pattern: RegExp; readonly short: boolean; readonly standIn: string }[] = [];

  get replaced(): readonly Replacement[] {
    return [...this.#known.values()];
  }

  /** From here on this name is replaced everywhere; returns its stand-in. */
  learn(kind: SecretKind, original: string): string {
    if (isHarmless(original)) return original;
    const known = this.#known.get(original);
    if (known !== undefined) return known.standIn;
    const standIn = this.#make(kind, original);
    this.#known.set(original, { kind, original, standIn });
    if (isNamed(kind, original)) this.#compile();
    return standIn;
  }

  text(text: string): string {
    return this.#shapes(this.#names(text, true));
  }

  path(path: string): string {
    return this.#shapes(this.#names(path, false));
  }

  #names(text: string, withShort: boolean): string {
    let result = text;
    for (const { pattern, short, standIn } of this.#literals) {
      if (withShort || !short) result = result.replace(pattern, () => standIn);
    }
    return result;
  }

  #shapes(text: string): string {
    return text
      .replace(uuid, (found) => this.learn('UUID', found))
      .replace(ipv6, (found) => this.learn('IPv6 address', found))
      .replace(mac, (found) => this.learn('MAC address', found))
      .replace(guid, (found) => this.learn('GUID', found))
      .replace(ipv4, (found) => this.learn('IPv4 address', found));
  }

  #make(kind: SecretKind, original: string): string {
    const number = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, number);
    const hex = (length: number): string => number.toString(16).padStart(length, '0');
    switch (kind) {
      case 'host':
        return `host${number}`;
      case 'domain':
        return number === 1 ? 'example.org' : `example${number}.org`;
      case 'user':
        return `user${number}`;
      case 'mount source':
        return standInForSource(original, number);
      case 'IPv4 address':
        return `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
      case 'IPv6 address':
        return `fd00::${hex(1)}`;
      case 'MAC address':
        return `02:${'00:'.repeat(original.split(':').length - 3)}${hex(4).slice(0, 2)}:${hex(4).slice(2)}`;
      case 'UUID':
        return `00000000-0000-4000-8000-${hex(12)}`;
      case 'GUID':
        return `0000:0000:0000:${hex(4)}`;
      case 'serial number':
        return `SERIAL${String(number).padStart(4, '0')}`;
    }
  }

  /** The longest first: a host's full name before its short one. */
  #compile(): void {
    this.#literals = [...this.#known.values()]
      .filter(({ kind, original }) => isNamed(kind, original))
      .toSorted((a, b) => b.original.length - a.original.length)
      .map(({ kind, original, standIn }) => {
        const isShort = original.length < shortName;
        const pattern = isShort ? shortPattern(kind, original) : longPattern(original);
        return { pattern, short: isShort && kind !== 'user', standIn };
      });
  }
}

function longPattern(name: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9])${escapePattern(name)}(?![A-Za-z0-9])`, 'g');
}

/** Alone; of a person also as the name of a folder where people have theirs. */
function shortPattern(kind: SecretKind, name: string): RegExp {
  const alone = '(?<![A-Za-z0-9_./-])';
  const before = kind === 'user' ? `(?:(?<=/(?:home|users?|scratch|work)/)|${alone})` : alone;
  const after = kind === 'user' ? '(?![A-Za-z0-9_.-])' : '(?![A-Za-z0-9_./-])';
  return new RegExp(`${before}${escapePattern(name)}${after}`, 'g');
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Found by its name, not by its shape; a short serial number would be found in every counter. */
function isNamed(kind: SecretKind, original: string): boolean {
  if (kind === 'serial number') return original.length >= 6;
  return kind === 'host' || kind === 'domain' || kind === 'user' || kind === 'mount source';
}

function isHarmless(text: string): boolean {
  return harmless.has(text) || text.startsWith('127.') || /^(?:00:)+00$|^(?:ff:)+ff$|^[0:]+$/i.test(text);
}

/** Keeps the shape, which sources look at: server:/path, //server/share, /dev/mapper/name, pool/data. */
function standInForSource(original: string, number: number): string {
  if (original.startsWith('//')) return `//server${number}/share${number}`;
  if (original.startsWith('/dev/mapper/')) return `/dev/mapper/volume${number}`;
  if (original.includes(':/')) return `server${number}:/export${number}`;
  return original.includes('/') ? `pool${number}/data${number}` : `pool${number}`;
}
