// What jobs of a simulated cluster run. An application has a mix of recorded loads, a share of cores, memory and GPUs that
// it uses, programs that it starts, and the functions in which they spend their time.

/** A path from root to leaf with its share of samples: `function module` each. */
export interface HotPath {
  readonly weight: number;
  readonly frames: readonly (readonly [name: string, module: string])[];
}

export interface Application {
  readonly name: string;
  readonly program: string;
  readonly arguments: string;
  /** Recorded load → weight. */
  readonly loads: Readonly<Record<string, number>>;
  /** Share of the cores of a node that have work. */
  readonly cores: number;
  /** Share of the memory of a node, at least and at most. */
  readonly memory: readonly [number, number];
  /** Utilization of the GPUs; 0 when it uses none. */
  readonly gpu: number;
  /** Processes on a node: one for each core, one for each GPU, or one with many threads. */
  readonly ranks: 'core' | 'gpu' | 'one';
  readonly paths: readonly HotPath[];
}

const mpi = 'libmpi.so.40';
const gomp = 'libgomp.so.1';
const libc = 'libc.so.6';
const kernel = '[kernel]';

export const applications: readonly Application[] = [
  {
    name: 'gromacs',
    program: 'gmx_mpi',
    arguments: 'mdrun -deffnm prod -ntomp 1 -maxh 24',
    loads: { cpu: 8, matrix: 3, switches: 1, disk: 0.4 },
    cores: 1,
    memory: [0.08, 0.22],
    gpu: 0,
    ranks: 'core',
    paths: [
      path(44, 'main gmx_mpi', 'do_md', 'do_force', 'nbnxn_kernel_ElecEw_VdwLJ_F_2xmm libgromacs_mpi.so.8'),
      path(
        17,
        'main gmx_mpi',
        'do_md',
        'do_force',
        'gmx_pme_do',
        `PMPI_Alltoall ${mpi}`,
        `opal_progress ${mpi}`,
      ),
      path(12, 'main gmx_mpi', 'do_md', 'do_force', 'gmx_pme_do', 'spread_on_grid libgromacs_mpi.so.8'),
      path(9, 'main gmx_mpi', 'do_md', 'constrain_lincs libgromacs_mpi.so.8'),
      path(8, 'main gmx_mpi', 'do_md', 'dd_move_x', `PMPI_Sendrecv ${mpi}`, `mca_btl_vader_poll ${mpi}`),
      path(4, 'main gmx_mpi', 'do_md', 'update_coords libgromacs_mpi.so.8'),
      path(2, 'main gmx_mpi', 'do_md', 'write_traj', `__write ${libc}`, `vfs_write ${kernel}`),
    ],
  },
  {
    name: 'openfoam',
    program: 'simpleFoam',
    arguments: '-parallel -case motorBike',
    loads: { matrix: 5, memory: 4, cpu: 2, disk: 1, network: 1 },
    cores: 1,
    memory: [0.35, 0.7],
    gpu: 0,
    ranks: 'core',
    paths: [
      path(
        38,
        'main simpleFoam',
        'Foam::fvMatrix::solve libfiniteVolume.so',
        'Foam::lduMatrix::Amul libOpenFOAM.so',
      ),
      path(
        21,
        'main simpleFoam',
        'Foam::fvMatrix::solve libfiniteVolume.so',
        'Foam::GAMGSolver::Vcycle libOpenFOAM.so',
      ),
      path(15, 'main simpleFoam', 'Foam::UPstream::allReduce libPstream.so', `PMPI_Allreduce ${mpi}`),
      path(11, 'main simpleFoam', 'Foam::fvc::grad libfiniteVolume.so'),
      path(8, 'main simpleFoam', 'Foam::DICPreconditioner::precondition libOpenFOAM.so'),
      path(
        4,
        'main simpleFoam',
        'Foam::Time::writeObject libOpenFOAM.so',
        `write ${libc}`,
        `ext4_file_write_iter ${kernel}`,
      ),
    ],
  },
  {
    name: 'pytorch',
    program: 'python3',
    arguments: 'train.py --config resnet50.yaml --amp',
    loads: { 'half-cpu': 6, network: 2, disk: 2, memory: 1 },
    cores: 0.4,
    memory: [0.2, 0.45],
    gpu: 0.93,
    ranks: 'gpu',
    paths: [
      path(
        33,
        'Py_BytesMain python3',
        '_PyEval_EvalFrameDefault python3',
        'THPEngine_run_backward libtorch_python.so',
        'cudaLaunchKernel libcudart.so.12',
      ),
      path(
        22,
        'Py_BytesMain python3',
        '_PyEval_EvalFrameDefault python3',
        'cuStreamSynchronize libcuda.so.1',
        `sched_yield ${libc}`,
      ),
      path(18, `clone3 ${libc}`, 'DataLoader worker python3', 'ImagingResample _imaging.so'),
      path(12, `clone3 ${libc}`, 'DataLoader worker python3', 'jpeg_decompress libjpeg.so.62'),
      path(7, 'Py_BytesMain python3', '_PyEval_EvalFrameDefault python3', 'ncclAllReduce libnccl.so.2'),
      path(5, `clone3 ${libc}`, `read ${libc}`, `filemap_read ${kernel}`),
    ],
  },
  {
    name: 'wrf',
    program: 'wrf.exe',
    arguments: '',
    loads: { cpu: 4, matrix: 4, memory: 2, network: 1, disk: 0.6 },
    cores: 1,
    memory: [0.25, 0.5],
    gpu: 0,
    ranks: 'core',
    paths: [
      path(
        25,
        'main wrf.exe',
        'module_integrate_integrate',
        'solve_em',
        'module_big_step_utilities_em_rhs_ph',
      ),
      path(22, 'main wrf.exe', 'module_integrate_integrate', 'solve_em', 'module_small_step_em_advance_uv'),
      path(19, 'main wrf.exe', 'module_integrate_integrate', 'solve_em', 'module_mp_thompson_mp_thompson'),
      path(14, 'main wrf.exe', 'module_integrate_integrate', 'module_ra_rrtmg_sw_spcvmc_sw'),
      path(
        13,
        'main wrf.exe',
        'module_integrate_integrate',
        'halo_em_a_sub',
        `PMPI_Wait ${mpi}`,
        `opal_progress ${mpi}`,
      ),
    ],
  },
  {
    name: 'blast',
    program: 'blastn',
    arguments: '-db nt -query reads.fa -num_threads 20',
    loads: { 'half-cpu': 3, disk: 5, memory: 2, fork: 1 },
    cores: 0.6,
    memory: [0.5, 0.85],
    gpu: 0,
    ranks: 'one',
    paths: [
      path(46, `start_thread ${libc}`, 'ncbi::CBlastPrelimSearch blastn', 's_BlastNaScanSubject blastn'),
      path(24, `start_thread ${libc}`, 'ncbi::CBlastPrelimSearch blastn', 'BLAST_GapAlignment blastn'),
      path(
        18,
        `start_thread ${libc}`,
        'CSeqDB::GetSequence blastn',
        `asm_exc_page_fault ${kernel}`,
        `filemap_fault ${kernel}`,
      ),
      path(6, `start_thread ${libc}`, 'SortHits blastn'),
    ],
  },
  {
    name: 'espresso',
    program: 'pw.x',
    arguments: '-nk 4 -input scf.in',
    loads: { matrix: 7, cpu: 2, switches: 1, memory: 1 },
    cores: 0.95,
    memory: [0.3, 0.6],
    gpu: 0,
    ranks: 'core',
    paths: [
      path(
        41,
        'main pw.x',
        'electrons_',
        'c_bands_',
        'h_psi_',
        'mkl_blas_avx512_dgemm_kernel libmkl_avx512.so.2',
      ),
      path(26, 'main pw.x', 'electrons_', 'c_bands_', 'vloc_psi_k_', 'fftw_execute libfftw3.so.3'),
      path(14, 'main pw.x', 'electrons_', 'sum_band_', `PMPI_Allreduce ${mpi}`),
      path(9, 'main pw.x', 'electrons_', 'mix_rho_', `GOMP_parallel ${gomp}`),
    ],
  },
  {
    name: 'build',
    program: 'make',
    arguments: '-j20',
    loads: { fork: 6, cpu: 3, disk: 2, mixed: 3 },
    cores: 0.8,
    memory: [0.05, 0.2],
    gpu: 0,
    ranks: 'core',
    paths: [
      path(35, 'main cc1plus', 'compile_file', 'c_parse_file', 'cp_parser_declaration_seq_opt'),
      path(30, 'main cc1plus', 'symbol_table::compile', 'execute_pass_list', 'df_analyze'),
      path(18, 'main cc1plus', 'symbol_table::compile', 'execute_pass_list', 'ira_color'),
      path(9, 'main cc1plus', 'ggc_collect', `asm_exc_page_fault ${kernel}`, `clear_page_erms ${kernel}`),
    ],
  },
];

/** `function module`; where the module is left out, it is that of the one before. */
function path(weight: number, ...frames: readonly string[]): HotPath {
  let module = '';
  return {
    weight,
    frames: frames.map((frame) => {
      const space = frame.lastIndexOf(' ');
      if (space > 0) module = frame.slice(space + 1);
      return [space > 0 ? frame.slice(0, space) : frame, module];
    }),
  };
}
