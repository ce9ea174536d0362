// Makes names of functions readable that perf leaves as the linker has them: Fortran's modules, Go's escapes, and, in a file of its own,
// Rust's. C++ names are perf's work. In: one symbol, hostile. Out: the name without what says nothing to a reader.
import { demangleRust } from './symbol-rust.ts';

/** gfortran: `__solver_MOD_step`; Intel: `solver_mp_step_`. Both write small letters only. */
const gfortran = /^__([a-z]\w{0,63})_MOD_([a-z]\w{0,63})(\..{1,80})?$/;
const intelFortran = /^([a-z][a-z0-9_]{0,63})_mp_([a-z][a-z0-9_]{0,63})_$/;
/** Rust's hash of a function, and the version of a library's symbol. */
const noise = /::h[0-9a-f]{16}$|@@?[A-Z][\w.]{1,40}$/;

export function readableName(symbol: string): string {
  const name = symbol.trim();
  if (name.startsWith('_R')) return demangleRust(name) ?? name;
  const [, module, procedure] = gfortran.exec(name) ?? intelFortran.exec(name) ?? [];
  if (module !== undefined && procedure !== undefined) return `${module}::${procedure}`;
  return name.replace(noise, '').replaceAll('%2e', '.');
}
