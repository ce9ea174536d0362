// Why a profile has few names, each with its remedy: stable codes for programs, sentences for people. Names of files are hostile.
import type { Reason } from '../../../shared/model/reason.ts';
import { truncate, visible } from '../../../shared/text.ts';

const longestModule = 80;

/** Which file has most frames without a name, and how many of all such frames they are. */
export interface HeaviestModule {
  readonly module: string;
  /** 0 to 1, of all frames of all samples. */
  readonly share: number;
}

export function strippedProgram(heaviest: HeaviestModule): Reason {
  return {
    code: 'symbols-stripped',
    message: `${shareOf(heaviest)}: the file has no symbols for them (it is stripped)`,
    remedy:
      'Install its debug symbols (Debian, Ubuntu: the package with -dbgsym or -dbg; EL: dnf debuginfo-install), ' +
      'or compile with -g and do not strip.',
  };
}

/** `program`: name of the process, hostile. */
export function codeWithoutMap(share: number, program: string): Reason {
  return {
    code: 'symbols-no-perf-map',
    message: `${percent(share)} of the frames have no name: code that ${nameOf(program)} made at run time, without a /tmp/perf-PID.map of its user`,
    remedy: mapRemedy(program),
  };
}

export function mapCut(share: number, program: string): Reason {
  return {
    code: 'symbols-map-too-large',
    message: `${percent(share)} of the frames have no name: of the large /tmp/perf-PID.map of ${nameOf(program)} only the end was read`,
    remedy: 'Restart the program, so that its map begins anew, or profile fewer of its processes at a time.',
  };
}

export function kernelHidden(share: number): Reason {
  return {
    code: 'symbols-kernel-hidden',
    message: `${percent(share)} of the frames have no name: the kernel hides the addresses of its functions`,
    remedy: 'Set sysctl kernel.kptr_restrict=0, or give the profiler CAP_SYSLOG.',
  };
}

export function fileGone(heaviest: HeaviestModule): Reason {
  return {
    code: 'symbols-file-gone',
    message: `${shareOf(heaviest)}: the file was removed or replaced, and no process has it any more`,
    remedy: 'Profile while the program runs, and do not replace its files meanwhile.',
  };
}

export function fileUnreadable(heaviest: HeaviestModule): Reason {
  return {
    code: 'symbols-file-unreadable',
    message: `${shareOf(heaviest)}: the profiler may not read the file or pass its folder, or it is beyond the limits of what is copied`,
    remedy:
      'Let others read the program file (chmod o+r) and pass its folders (chmod o+x), or give the profiler CAP_SYS_PTRACE ' +
      '(docs/privileges.md).',
  };
}

export function outsideOfFiles(share: number): Reason {
  return {
    code: 'symbols-broken-stacks',
    message: `${percent(share)} of the frames lie in no file: callers could not be followed`,
    remedy: 'Choose --call-graph dwarf, or build with -fno-omit-frame-pointer -g.',
  };
}

/** `how`: it was killed, it ran out of time, it broke. */
export function symbolsLimited(how: string, shown: string): Reason {
  return {
    code: 'symbols-limited',
    message: `reading the symbols ${how}; ${shown}`,
    remedy:
      'A program file may be damaged or made to harm, or be larger than the limits allow (128 MiB of memory, 90 s): profile ' +
      'fewer processes, or a build with less debug information.',
  };
}

function shareOf({ module, share }: HeaviestModule): string {
  return `${percent(share)} of the frames have no name, most of them in ${nameOf(module)}`;
}

function nameOf(text: string): string {
  return text === '' ? 'an unknown file' : truncate(visible(text), longestModule);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

const mapRemedies: readonly (readonly [RegExp, string])[] = [
  [/^(?:node|MainThread$|npm|deno)/i, 'Start Node with --perf-basic-prof.'],
  [
    /^(?:java|C[12] CompilerThre|GC Thread)/i,
    'Java 17 and later: jcmd PID Compiler.perfmap; older: perf-map-agent.',
  ],
  [/^(?:python|pypy)/i, 'Start Python 3.12 or later with -X perf.'],
];

function mapRemedy(program: string): string {
  const fitting = mapRemedies.find(([name]) => name.test(program))?.[1];
  return (
    fitting ??
    'Let the runtime write one: node --perf-basic-prof, java -XX:+DumpPerfMapAtExit or jcmd PID Compiler.perfmap, ' +
      'python -X perf (3.12 and later).'
  );
}
