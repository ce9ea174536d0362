// What other programs call a frame, and jidi's own exports. In: names out of a file. Out: function and module.

export interface NamedFrame {
  readonly function: string;
  readonly module: string;
}

const unknown = '[unknown]';
/** Names in brackets that are no files. */
const pseudo = new Set(['[kernel]', '[vdso]', '[vsyscall]', '[heap]', '[stack]', '[anon]', '[jit]']);

/**
 * A frame of folded text, which has no place for modules: `[libm.so.6]` is a function without a name there, `f_[k]` one of the
 * kernel; `_[i]` and `_[j]` mark inlined functions and those of a JIT.
 */
export function foldedFrame(text: string): NamedFrame {
  const marked = /^(.+)_\[([kij])\]$/s.exec(text);
  if (marked !== null) return { function: marked[1] ?? '', module: marked[2] === 'k' ? '[kernel]' : '' };
  if (text === '[rest]') return { function: text, module: '' };
  if (/^\[[^[\]]+\]$/.test(text)) return { function: unknown, module: nameless(text) };
  return { function: text === '' ? unknown : text, module: '' };
}

/** A frame of a format that has modules: a function without a name is called after its module there. */
export function moduleFrame(name: string, file: string): NamedFrame {
  const module = moduleOf(file);
  const isNameless =
    name === '' || (module !== '' && name === (module.startsWith('[') ? module : `[${module}]`));
  return { function: isNameless ? unknown : name, module };
}

function nameless(bracketed: string): string {
  if (bracketed === unknown) return '';
  const module = moduleOf(bracketed);
  return pseudo.has(module) ? module : bracketed.slice(1, -1);
}

/** Base name of a path or an address; what the kernel is called is told in one way. */
export function moduleOf(file: string): string {
  if (/^\[(kernel\.|guest\.kernel)/.test(file)) return '[kernel]';
  const path = /^(\/|[A-Za-z]:\\|[a-z]{1,20}:\/\/)/.test(file) ? withoutSlashesAtEnd(file) : '';
  return path === '' ? file : path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** Not by a pattern: of a path of slashes it would try each as the first. */
function withoutSlashesAtEnd(path: string): string {
  let end = path.length;
  while (end > 0 && (path[end - 1] === '/' || path[end - 1] === '\\')) end -= 1;
  return path.slice(0, end);
}
