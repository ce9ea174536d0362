// Where a simulated thread is, by what it does: paths of functions from root to leaf. In: an application. Out: its paths, those
// of MPI prolonged into the library, the transport and the kernel; and those of threads that have nothing to do.
import type { Frame } from '../../../shared/model/profile.ts';
import type { Application, HotPath } from './application.ts';

/** `communicate` spins and asks; whoever waits longer is `blocked`. */
export type Activity = 'compute' | 'communicate' | 'write' | 'blocked' | 'writing' | 'idle' | 'asleep';

export interface CallPath {
  readonly weight: number;
  readonly frames: readonly Frame[];
}

export type CallPaths = Readonly<Record<Activity, readonly CallPath[]>>;

const [libc, pal, ucp, uct, kernel] = [
  'libc.so.6',
  'libopen-pal.so.40',
  'libucp.so.0',
  'libuct_ib.so.0',
  '[kernel]',
];
const spin = [frame('opal_progress', pal), frame('mca_pml_ucx_progress', 'mca_pml_ucx.so')];
const spinTails: readonly CallPath[] = [
  {
    weight: 6,
    frames: [...spin, frame('ucp_worker_progress', ucp), frame('uct_rc_mlx5_iface_progress_cyclic', uct)],
  },
  {
    weight: 3,
    frames: [...spin, frame('ucp_worker_progress', ucp), frame('uct_mm_iface_progress', 'libuct.so.0')],
  },
  {
    weight: 1,
    frames: [
      ...spin,
      frame('sched_yield', libc),
      frame('__x64_sys_sched_yield', kernel),
      frame('schedule', kernel),
    ],
  },
];
const blockedTail: readonly Frame[] = [
  ...spin,
  frame('ucp_worker_wait', ucp),
  frame('epoll_wait', libc),
  frame('do_epoll_wait', kernel),
  frame('schedule', kernel),
];
const allocation: readonly Frame[] = [
  frame('operator new(unsigned long)', 'libstdc++.so.6'),
  frame('malloc', libc),
  frame('_int_malloc', libc),
  frame('asm_exc_page_fault', kernel),
  frame('clear_page_erms', kernel),
];
const shareOfAllocation = 0.05;
const checkpoint: readonly Frame[] = [
  frame('write_checkpoint', ''),
  frame('MPI_File_write_all', 'libmpi.so.40'),
  frame('write', libc),
  frame('vfs_write', kernel),
];
const written = [frame('ext4_file_write_iter', kernel), frame('copy_page_from_iter_atomic', kernel)];
const awaited = [frame('ext4_sync_file', kernel), frame('io_schedule', kernel), frame('schedule', kernel)];
const sleep = [frame('epoll_wait', libc), frame('do_epoll_wait', kernel), frame('schedule', kernel)];
const serve = [frame('event_loop', ''), frame('read', libc), frame('vfs_read', kernel)];

/** `program`: the module of what has none. */
export function callPathsOf(application: Application | null, program: string): CallPaths {
  const root = [frame('_start', ''), frame('main', '')];
  const paths = (application?.paths ?? []).map((path) => ({
    weight: path.weight,
    frames: [frame('_start', ''), ...path.frames.map(([name, module]) => frame(name, module))],
  }));
  const isMpi = (path: CallPath): boolean => path.frames.some(({ module }) => module.startsWith('libmpi'));
  const mpi = paths.filter(isMpi).map(withoutTail);
  const own = paths.filter((path) => !isMpi(path));
  const heaviest = own.toSorted((a, b) => b.weight - a.weight)[0]?.frames ?? root;
  const allocating = {
    weight: shareOfAllocation * sumOf(own),
    frames: [...heaviest.slice(0, -1), ...allocation],
  };
  const byActivity: CallPaths = {
    compute: own.length === 0 ? [{ weight: 1, frames: [...root, ...serve] }] : [...own, allocating],
    communicate: mpi.flatMap((path) => spinTails.map((tail) => joined(path, tail))),
    blocked: mpi.map((path) => ({ ...path, frames: [...path.frames, ...blockedTail] })),
    write: [{ weight: 1, frames: [...root, ...checkpoint, ...written] }],
    writing: [{ weight: 1, frames: [...root, ...checkpoint, ...awaited] }],
    idle: [{ weight: 1, frames: [...root, ...serve] }],
    asleep: [{ weight: 1, frames: [...root, frame('event_loop', ''), ...sleep] }],
  };
  return Object.fromEntries(
    Object.entries(byActivity).map(([activity, some]) => [
      activity,
      some.map((path) => ({ ...path, frames: path.frames.map((each) => inProgram(each, program)) })),
    ]),
  ) as unknown as CallPaths;
}

function frame(name: string, module: string): Frame {
  return { function: name, module };
}

function inProgram({ function: name, module }: Frame, program: string): Frame {
  return { function: name, module: module === '' ? program : module };
}

/** Up to the call of MPI; what follows is told by the tails. */
function withoutTail({ weight, frames }: CallPath): CallPath {
  const call = frames.findIndex(({ module }) => module.startsWith('libmpi'));
  return { weight, frames: frames.slice(0, call + 1) };
}

function joined(path: CallPath, tail: CallPath): CallPath {
  return { weight: path.weight * tail.weight, frames: [...path.frames, ...tail.frames] };
}

function sumOf(paths: readonly Pick<HotPath, 'weight'>[]): number {
  return paths.reduce((sum, { weight }) => sum + weight, 0);
}
