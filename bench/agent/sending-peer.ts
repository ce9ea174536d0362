// A peer that sends its values over UDP by itself. In: its command, the sink that it sends to. Out: the running peer; its
// values are those that came. It refuses a program from which nothing comes: then the sink is closed.
import type { PeerSetting, RunningPeer } from './peer.ts';
import type { UdpSink } from './udp-sink.ts';

const patienceMs = 10_000;

export async function startSender(
  [name, ...words]: readonly [string, ...string[]],
  sink: UdpSink,
  { intervalMs, programs }: Pick<PeerSetting, 'intervalMs' | 'programs'>,
): Promise<RunningPeer> {
  const program = programs.start(name, [name, ...words]);
  try {
    await program.until(() => sink.values > 0, 3 * intervalMs + patienceMs);
  } catch (error) {
    sink.close();
    throw error;
  }
  let beginMs = 0;
  return {
    parts: [{ name, pid: program.pid }],
    begin() {
      sink.reset();
      beginMs = performance.now();
    },
    async end() {
      const intervals = (performance.now() - beginMs) / intervalMs;
      return { values: sink.values / intervals, facts: { bytesPerTick: sink.bytes / intervals } };
    },
    close: async () => sink.close(),
  };
}
