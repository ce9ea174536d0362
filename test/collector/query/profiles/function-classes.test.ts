import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadCollectorConfig } from '../../../../collector/config.ts';
import {
  parseFunctionClasses,
  readFunctionClasses,
} from '../../../../collector/query/profiles/function-classes.ts';
import { FunctionClasses } from '../../../../shared/stacks/function-class.ts';
import { tempDir } from '../../store/open-store.ts';

const shipped = new FunctionClasses(readFunctionClasses());

describe('the table that came with the program', () => {
  test.each([
    ['mpi', 'MPI_Allreduce', 'libmpi.so.40'],
    ['mpi', 'PMPI_Wait', 'solver'],
    ['mpi', 'uct_mm_iface_progress', 'libuct.so.0'],
    ['mpi', 'progress', 'mca_btl_vader.so'],
    ['linear-algebra', 'dgemm_kernel_HASWELL', 'libopenblas.so.0'],
    ['linear-algebra', 'dgemm_', 'solver'],
    ['fft', 'fftw_execute', 'libfftw3.so.3'],
    ['io', 'read', 'libc.so.6'],
    ['io', '__GI___libc_write', 'libc.so.6'],
    ['io', 'H5Dwrite', 'libhdf5.so.103'],
    ['allocation', '_int_malloc', 'libc.so.6'],
    ['allocation', 'operator new(unsigned long)', 'libstdc++.so.6'],
    ['threads', 'gomp_team_barrier_wait_end', 'libgomp.so.1'],
    ['threads', 'pthread_mutex_lock', 'libc.so.6'],
    ['threads', '__lll_lock_wait', 'libc.so.6'],
    ['runtime', '__libc_start_main', 'libc.so.6'],
    ['runtime', '_PyEval_EvalFrameDefault', 'python3.12'],
    ['runtime', 'v8::internal::Heap::Scavenge', 'node'],
    ['gpu', 'cuLaunchKernel', 'libcuda.so.1'],
    ['kernel', 'do_syscall_64', '[kernel]'],
    ['own-code', 'read_mesh', 'solver'],
    ['own-code', 'main', 'solver'],
    ['own-code', 'memcpy', 'libc.so.6'],
    ['own-code', 'py::solve:/home/ada/solve.py', '[jit]'],
    ['own-code', '[unknown]', 'solver'],
    ['unknown', '[unknown]', ''],
    ['unknown', '[rest]', ''],
    ['waiting', '[waiting for a CPU]', ''],
  ])('puts into %s: %s of %s', (work, name, module) => {
    expect(shipped.of({ function: name, module })).toBe(work);
  });
});

describe('a table of functions', () => {
  test('is read in its order', () => {
    const text = '- class: ours\n  modules: [libours]\n- {class: mpi, functions: [MPI_], modules: [lib]}\n';
    expect(parseFunctionClasses(text)).toEqual([
      { class: 'ours', modules: ['libours'] },
      { class: 'mpi', functions: ['MPI_'], modules: ['lib'] },
    ]);
  });

  test.each([
    ['', 'line 1: no list of rules'],
    ['class: mpi', 'line 1: no list of rules'],
    ['- class: mpi\n  modules: [a]\n- mpi', 'line 3: no rule'],
    ['- modules: [a]', 'line 1: class: missing'],
    ['- class: mpi', 'line 1: neither modules nor functions'],
    ['- class: MPI\n  modules: [a]', 'line 1: class MPI: not a class'],
    ['- class: mpi\n  module: [a]', 'line 2: module: unknown'],
    ['- class: mpi\n  modules:\n    - a\n    - 7', 'line 4: modules: 7 is no name'],
    ['- class: mpi\n  modules: []', 'line 2: modules: no list'],
    ['- class: mpi\n  modules: [a', 'line 2: '],
    ['- class: &a mpi\n  modules: [*b]', 'line 2: '],
  ])('%j is refused with its line', (text, message) => {
    expect(() => parseFunctionClasses(text)).toThrow(message);
  });

  test('that cannot be read stops the start and names the key, the file, the line and the remedy', () => {
    const file = join(tempDir(), 'classes.yaml');
    writeFileSync(file, '- class: mpi\n  module: [a]\n');
    const load = (path: string) => () => loadCollectorConfig(undefined, { functionClassesFile: path });
    expect(load(file)).toThrow(
      `configuration key functionClassesFile: function classes ${file} line 2: module: unknown`,
    );
    expect(load(join(file, 'absent'))).toThrow('configuration key functionClassesFile');
    expect(load('')().functionClasses.length).toBeGreaterThan(10);
  });
});
