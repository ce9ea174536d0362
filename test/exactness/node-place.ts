// A place on this machine that looks like a machine of its own: its own processes and its own host name, in namespaces. What is
// started within is ended with it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { until } from '../system/running-jidi.ts';

const namespaces = ['--pid', '--fork', '--kill-child', '--mount', '--mount-proc', '--uts'];

export class NodePlace {
  readonly node: string;
  readonly #child: ChildProcess;
  #first = 0;

  private constructor(node: string) {
    this.node = node;
    // The first process of the place collects those that end.
    const first = `hostname ${node}; while :; do sleep 1000 & wait; done`;
    this.#child = spawn('unshare', [...namespaces, 'sh', '-c', first], { stdio: 'ignore' });
  }

  static async start(node: string): Promise<NodePlace> {
    const place = new NodePlace(node);
    const { pid } = place.#child;
    await until(`the place of ${node}`, () => {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
      place.#first = Number(children);
      return place.#first > 0 && readFileSync(`/proc/${children}/comm`, 'utf8') === 'sh\n';
    });
    return place;
  }

  /** What comes before a command to run it within. */
  get enter(): readonly string[] {
    return ['nsenter', '--target', `${this.#first}`, '--pid', '--mount', '--uts', '--'];
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
