import { request } from 'node:http';
import { expect, it } from 'vitest';
import { runPeople } from './people-world.ts';

const changes = [
  ['is locked', { isLocked: true }, 401],
  ['is no longer an administrator', { role: 'user' }, 401],
] as const;

it.each(changes)(
  'an order of which the end comes after its account %s is refused',
  async (_, change, wanted) => {
    const { ask, people, port } = await runPeople({ alice: 'admin', mallory: 'admin' });
    const login = { name: 'mallory', password: 'correct horse 1' };
    const { json } = await ask('/api/v1/session', { method: 'POST', body: login });
    const { token } = json as { token: string };
    const order = JSON.stringify({ name: 'another', role: 'admin' });
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path: '/api/v1/accounts',
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': order.length,
        },
      },
      (response) => resolve(response.resume().statusCode),
    );
    sent.on('error', reject);
    sent.write(order.slice(0, 5));
    // The gate has let it in once the head was read.
    await new Promise((done) => setTimeout(done, 200));
    await people.accounts.change('mallory', change, 'alice');
    sent.end(order.slice(5));
    expect(await promise).toBe(wanted);
    expect(people.accounts.list().map(({ name }) => name)).toEqual(['alice', 'mallory']);
  },
);
