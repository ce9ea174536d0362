// State of the services that a node needs: slurmd, munge and what the site names. In: systemctl show, a child process of
// some 10 ms; so it is asked at start, every 5 minutes, and when the mark that systemd keeps for a running unit changes.
// Out: node_exporter's names: one series per unit and state, 1 for the state it is in. A unit that is not installed is
// absent. Names that systemd would not take are refused.
import { counter, gauge } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import { SeriesRow } from '../series-row.ts';
import type { Probe, SampleSink, Source } from '../source.ts';
import { LateAnswer } from './late-answer.ts';
import { parseUnits, type UnitState, unitStates } from './unit-answers.ts';

/** Looked for when the site names none. Names that stand for the same service under several distributions. */
export const usualUnits: readonly string[] = [
  'slurmd',
  'slurmctld',
  'slurmdbd',
  'munge',
  'pbs',
  'sge_execd',
  'gridengine-exec',
  'gpfs',
  'sssd',
  'chronyd',
  'chrony',
  'sshd',
  'ssh',
];

const everyMs = 5_000;
const askEveryMs = 300_000;
/** A unit that keeps failing must not make us start a program at each reading. */
const askAtMostEveryMs = 15_000;
const deadlineMs = 5_000;
const unitLimit = 64;
const unitName = /^\w[\w:.@\\-]{0,119}$/;

const noUnits: readonly UnitState[] = [];

const metrics = {
  state: gauge('node_systemd_unit_state', 0, '1 for the state that the unit is in, 0 for the others.'),
  restarts: counter(
    'node_systemd_service_restart_total',
    0,
    'Times systemd has restarted the service by itself.',
  ),
};

export function createUnitsSource(host: Host, names: readonly string[] = usualUnits): Source {
  const units = names
    .filter((name) => unitName.test(name))
    .map(fullName)
    .slice(0, unitLimit);
  const marks = new UnitMarks(host);
  const rows = new Map<string, SeriesRow>();
  const answer = new LateAnswer<readonly UnitState[]>(host);
  let askedAtMs = Number.NEGATIVE_INFINITY;
  return {
    name: 'units',
    reads: '/run/systemd/units, systemctl show',
    metrics: Object.values(metrics),
    everyMs,
    probe: () => probeSystemd(host, units),
    close() {
      answer.forget();
      askedAtMs = Number.NEGATIVE_INFINITY;
    },
    async read(sink) {
      const now = host.clock.monotonic();
      const isOld = answer.answer === null || marks.haveChanged();
      if (now - askedAtMs >= (isOld ? askAtMostEveryMs : askEveryMs)) {
        askedAtMs = now;
        marks.look();
        await answer.ask(() => askSystemd(host, units), host.firstAnswerMs);
      }
      if (answer.answer === null && !answer.isOpen) throw new Error('run systemctl show: no answer');
      marks.watch(answer.answer ?? noUnits);
      for (const unit of answer.answer ?? noUnits) setUnit(rows, unit, sink);
    },
  };
}

/** The marks of the units that are installed: systemd makes one anew whenever a unit starts and removes it when it ends. */
class UnitMarks {
  readonly #host: Host;
  #seen = new Map<string, number>();
  #watched = noUnits;

  constructor(host: Host) {
    this.#host = host;
  }

  watch(units: readonly UnitState[]): void {
    if (units === this.#watched) return;
    this.#watched = units;
    const { root } = this.#host.roots;
    const paths = units.map(({ name }) => `${root}/run/systemd/units/invocation:${name}`);
    // What changed while systemctl was asked is a change: older times stay.
    this.#seen = new Map(paths.map((path) => [path, this.#seen.get(path) ?? this.#timeOf(path)]));
  }

  /** Takes the times of now, before systemctl is asked. */
  look(): void {
    for (const path of this.#seen.keys()) this.#seen.set(path, this.#timeOf(path));
  }

  haveChanged(): boolean {
    for (const [path, time] of this.#seen) if (this.#timeOf(path) !== time) return true;
    return false;
  }

  /** When the mark was made; 0 when there is none. */
  #timeOf(path: string): number {
    return this.#host.fileFacts(path)?.changedMs ?? 0;
  }
}

async function askSystemd(host: Host, units: readonly string[]): Promise<readonly UnitState[] | null> {
  const properties = '--property=Id,LoadState,ActiveState,NRestarts,Type';
  const words = ['show', '--no-pager', properties, '--', ...units];
  const { exitCode, stdout } = await host.run({ program: 'systemctl', arguments: words, deadlineMs });
  return exitCode === 0 ? parseUnits(stdout) : null;
}

function setUnit(rows: Map<string, SeriesRow>, unit: UnitState, sink: SampleSink): void {
  const key = `${unit.name} ${unit.type}`;
  let row = rows.get(key);
  if (row === undefined) {
    row = createUnitRow(unit);
    rows.set(key, row);
  }
  for (const [i, state] of unitStates.entries()) row.set(sink, i, unit.state === state ? 1 : 0);
  row.set(sink, unitStates.length, unit.restarts);
}

function createUnitRow({ name, type }: UnitState): SeriesRow {
  const states = unitStates.map((state) => ({ metric: metrics.state, labels: { name, state, type } }));
  return new SeriesRow([...states, { metric: metrics.restarts, labels: { name } }]);
}

/** systemd is there when it says so; its socket for questions need not be open to us for that. */
function probeSystemd(host: Host, units: readonly string[]): Probe {
  const folder = `${host.roots.root}/run/systemd/units`;
  const remedy = 'Nothing to do where another program than systemd starts the services.';
  if (units.length === 0)
    return { present: false, reason: 'no unit is named', remedy: 'Name some in the configuration.' };
  if (host.fileFacts(folder) === null) return { present: false, reason: `no folder ${folder}`, remedy };
  if (!host.hasProgram('systemctl')) return { present: false, reason: 'no program systemctl', remedy };
  return { present: true };
}

function fullName(name: string): string {
  return /\.(service|socket|timer|mount|target|path|slice|scope)$/.test(name) ? name : `${name}.service`;
}
