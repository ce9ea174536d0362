// Is the clock synchronised, and by how much is it off? In: chronyc, else ntpq, else the mark of systemd-timesyncd.
// Out: node_exporter's name for the state, names of ours for what adjtimex(2) would tell otherwise.
// At most one child process a minute, with a deadline: the program that answered last is asked first, and only when it
// is silent the next one is, a minute later.
import { gauge } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import { createRow } from '../series-row.ts';
import type { Probe, Source } from '../source.ts';
import { LateAnswer } from './late-answer.ts';
import { type ClockState, parseChronyTracking, parseNtpVariables } from './time-answers.ts';

const everyMs = 60_000;
const deadlineMs = 5_000;
const outputBytes = 16_384;
/** systemd-timesyncd marks each good answer of its server, and asks at least every 2048 s. */
const longestSilenceMs = 2 * 2_048_000;

const metrics = [
  gauge('node_timex_sync_status', 0, '1 when the clock is synchronised to a reference, else 0.'),
  gauge(
    'jidi_timesync_offset_seconds',
    9,
    'By how much the clock is behind its reference; absent when not told.',
  ),
  gauge('jidi_timesync_error_limit_seconds', 9, 'Largest error the clock can have; absent when not told.'),
];
const keeperMetric = gauge('jidi_timesync_info', 0, 'Which program keeps the clock; always 1.');

interface Keeper {
  readonly name: string;
  readonly arguments: readonly string[];
  /** Folders and files that are there only with its daemon. */
  readonly marks: readonly string[];
  readonly parse: (text: string) => ClockState | null;
}

const keepers: readonly Keeper[] = [
  {
    name: 'chronyc',
    arguments: ['-n', '-c', 'tracking'],
    marks: ['/run/chrony', '/var/run/chrony'],
    parse: parseChronyTracking,
  },
  {
    name: 'ntpq',
    arguments: ['-n', '-c', 'rv'],
    marks: ['/var/lib/ntp', '/var/lib/ntpsec', '/run/ntpd.pid'],
    parse: parseNtpVariables,
  },
];
const timesyncdFolder = '/run/systemd/timesync';

export function createClockSource(host: Host): Source {
  const row = createRow(metrics, {});
  const infos = new Map(
    [...keepers.map(({ name }) => name), 'timesyncd'].map((program) => [
      program,
      createRow([keeperMetric], { program }),
    ]),
  );
  const answer = new LateAnswer<{ readonly program: string; readonly state: ClockState }>(host);
  let asked = 0;
  return {
    name: 'timesync',
    reads: 'chronyc -c tracking, ntpq -c rv, /run/systemd/timesync/synchronized',
    metrics: [...metrics, keeperMetric],
    everyMs,
    probe: () => probeKeepers(host),
    close: () => answer.forget(),
    async read(sink) {
      const present = keepers.filter((keeper) => isThere(host, keeper));
      const keeper = present[asked % Math.max(1, present.length)];
      if (keeper !== undefined) await answer.ask(() => askKeeper(host, keeper), host.firstAnswerMs);
      if (answer.answer === null && !answer.isOpen) asked += 1;
      const told = answer.answer ?? readTimesyncd(host);
      if (told === null && answer.isOpen) return;
      if (told === null) throw new Error(`${keeper?.name ?? timesyncdFolder}: no answer about the clock`);
      row.set(sink, 0, told.state.isSynchronised ? 1 : 0);
      row.set(sink, 1, told.state.offsetSeconds);
      row.set(sink, 2, told.state.maxErrorSeconds);
      infos.get(told.program)?.set(sink, 0, 1);
    },
  };
}

async function askKeeper(host: Host, { name, arguments: words, parse }: Keeper) {
  const { exitCode, stdout } = await host.run({ program: name, arguments: words, deadlineMs, outputBytes });
  const state = exitCode === 0 ? parse(stdout) : null;
  return state === null ? null : { program: name, state };
}

/** The mark's time of change is that of the last good answer. */
function readTimesyncd(host: Host): { readonly program: string; readonly state: ClockState } | null {
  const { root } = host.roots;
  if (host.fileFacts(`${root}${timesyncdFolder}`) === null) return null;
  const mark = host.fileFacts(`${root}${timesyncdFolder}/synchronized`);
  const isSynchronised = mark !== null && host.clock.now() - mark.changedMs < longestSilenceMs;
  const state = { isSynchronised, offsetSeconds: Number.NaN, maxErrorSeconds: Number.NaN };
  return { program: 'timesyncd', state };
}

function isThere(host: Host, { name, marks }: Keeper): boolean {
  return marks.some((mark) => host.fileFacts(`${host.roots.root}${mark}`) !== null) && host.hasProgram(name);
}

function probeKeepers(host: Host): Probe {
  if (keepers.some((keeper) => isThere(host, keeper)) || readTimesyncd(host) !== null)
    return { present: true };
  return {
    present: false,
    reason: 'no chronyd, ntpd or systemd-timesyncd is running here',
    remedy: 'Install chrony and start chronyd; a guest may leave its clock to its host.',
  };
}
