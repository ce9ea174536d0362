// Requests to a server on this machine, over connections that stay open. In: paths. Out: how long an answer took, and its size.
// It refuses any status but 2xx, with what the server said.
import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly ms: number;
  readonly bytes: number;
  readonly text: string;
}

export class HttpDoor {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  get(path: string): Promise<Answer> {
    return this.#ask(path, 'GET', undefined, {});
  }

  post(path: string, body: Buffer, headers: IncomingHttpHeaders = {}): Promise<Answer> {
    return this.#ask(path, 'POST', body, headers);
  }

  close(): void {
    this.#agent.destroy();
  }

  #ask(
    path: string,
    method: string,
    body: Buffer | undefined,
    headers: IncomingHttpHeaders,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const beganMs = performance.now();
      const asked = request(
        new URL(path, this.#base),
        { method, agent: this.#agent, headers },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () => {
            const bytes = Buffer.concat(parts);
            const ms = performance.now() - beganMs;
            const status = response.statusCode ?? 0;
            const text = bytes.length < 100_000 ? bytes.toString('utf8') : '';
            if (status >= 200 && status < 300) resolve({ ms, bytes: bytes.length, text });
            else reject(new Error(`${method} ${path.slice(0, 200)}: ${status} ${text.slice(0, 300)}`));
          });
        },
      );
      asked.on('error', reject);
      asked.end(body);
    });
  }
}
