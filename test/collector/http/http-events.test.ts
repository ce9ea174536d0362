import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { feedLimits } from '../../../collector/http/event-feed.ts';
import { usualProfile } from '../../../shared/model/profile.ts';
import { wholeProcess } from '../../shared/model/whole-process.ts';
import { openEvents } from './event-stream.ts';
import { runServer } from './running-server.ts';

describe('live updates', () => {
  it('tell each change with the object as it is now', async () => {
    const { port, bus, collector } = await runServer();
    const events = await openEvents(port);
    expect(events.response.headers['content-type']).toBe('text/event-stream');
    expect(events.response.headers['cache-control']).toBe('no-store');
    bus.publish({ kind: 'node', node: 'n001' });
    bus.publish({ kind: 'tick', node: 'n001', timeMs: 1500 });
    expect(await events.next()).toMatchObject({
      event: 'node',
      data: { kind: 'node', node: { name: 'n001' } },
    });
    expect(await events.next()).toMatchObject({
      event: 'tick',
      data: { kind: 'tick', node: 'n001', time: 1.5 },
    });
    const order = { nodes: ['n001'], target: wholeProcess(7, null), ...usualProfile };
    const id = await collector.control.startProfile(order, 'x');
    const started = await events.next();
    expect(started).toMatchObject({ event: 'profile', data: { profile: { id, status: 'pending' } } });
    expect(started?.data).not.toHaveProperty('profile.topDown');
    await collector.control.deleteProfile(id, 'x');
    expect(await events.next()).toMatchObject({ event: 'profile-deleted', data: { id } });
    const command = { action: 'service-status', nodes: ['n002'], parameters: {}, timeoutMs: 1000 };
    await collector.control.runCommand(command, 'x');
    expect(await events.next()).toMatchObject({
      event: 'command',
      data: { command: { id: 'c1', targets: [{ node: 'n002', output: '' }] } },
    });
  });

  it('are resolved once for all readers, and a burst about one thing is told once', async () => {
    const { port, bus, collector } = await runServer();
    const readers = await Promise.all([openEvents(port), openEvents(port), openEvents(port)]);
    const before = collector.asked.nodeLists;
    for (const timeMs of [1000, 2000, 3000]) bus.publish({ kind: 'tick', node: 'n001', timeMs });
    bus.publish({ kind: 'node', node: 'n001' });
    bus.publish({ kind: 'node', node: 'n002' });
    for (const reader of readers) {
      expect(await reader.next()).toMatchObject({ data: { kind: 'tick', time: 3 } });
      expect(await reader.next()).toMatchObject({ data: { node: { name: 'n001' } } });
      expect(await reader.next()).toMatchObject({ data: { node: { name: 'n002' } } });
    }
    expect(collector.asked.nodeLists - before).toBe(1);
  });

  it('continue after the event that a reader saw last', async () => {
    const { port, bus } = await runServer();
    const first = await openEvents(port);
    bus.publish({ kind: 'tick', node: 'n001', timeMs: 1000 });
    const id = (await first.next())?.id ?? '';
    first.close();
    bus.publish({ kind: 'tick', node: 'n001', timeMs: 2000 });
    bus.publish({ kind: 'tick', node: 'n002', timeMs: 2000 });
    const second = await openEvents(port, '', { 'last-event-id': id });
    expect(await second.next()).toMatchObject({ data: { node: 'n001', time: 2 } });
    expect(await second.next()).toMatchObject({ data: { node: 'n002', time: 2 } });
    bus.publish({ kind: 'tick', node: 'n001', timeMs: 3000 });
    expect(await second.next()).toMatchObject({ data: { node: 'n001', time: 3 } });
  });

  it.each(['too-old', '1', 'deadbeef-1', 'x-y-z'])(
    'start afresh after the event %s of another life',
    async (id) => {
      const { port, bus } = await runServer();
      bus.publish({ kind: 'tick', node: 'n001', timeMs: 1000 });
      const events = await openEvents(port, '', { 'last-event-id': id });
      expect(await events.next()).toEqual({ id: undefined, event: 'reset', data: {} });
      bus.publish({ kind: 'tick', node: 'n001', timeMs: 2000 });
      expect(await events.next()).toMatchObject({ event: 'tick', data: { time: 2 } });
    },
  );

  it('start afresh when what was missed is forgotten', async () => {
    const { port, bus } = await runServer();
    const first = await openEvents(port);
    bus.publish({ kind: 'tick', node: 'n001', timeMs: 1000 });
    const id = (await first.next())?.id ?? '';
    first.close();
    for (let time = 0; time < 1002; time += 1) bus.publish({ kind: 'tick', node: 'n001', timeMs: time });
    const second = await openEvents(port, '', { 'last-event-id': id });
    expect(await second.next()).toMatchObject({ event: 'reset' });
  });

  it('start afresh when the store did not answer', async () => {
    const { port, bus, collector } = await runServer();
    const events = await openEvents(port);
    collector.query.nodes = () => Promise.reject(new Error('closed'));
    bus.publish({ kind: 'node', node: 'n001' });
    expect(await events.next()).toMatchObject({ event: 'reset' });
  });

  it('are narrowed to the topics and the node asked for', async () => {
    const { port, bus } = await runServer();
    const events = await openEvents(port, '?topics=tick,profile&node=n002');
    bus.publish({ kind: 'node', node: 'n002' });
    bus.publish({ kind: 'tick', node: 'n001', timeMs: 1000 });
    bus.publish({ kind: 'tick', node: 'n002', timeMs: 2000 });
    expect(await events.next()).toMatchObject({ data: { kind: 'tick', node: 'n002' } });
  });

  it('are refused for topics that do not exist', async () => {
    const { ask } = await runServer();
    const { json } = await ask('/api/v1/events?topics=weather');
    expect(json).toMatchObject({
      status: 400,
      remedy: expect.stringContaining('node, tick, profile, command'),
    });
  });
});

describe('bounds of live updates', () => {
  it('refuses readers beyond the limit, counts them, and takes new ones when some have left', async () => {
    const { port, ask } = await runServer();
    const readers = await Promise.all(Array.from({ length: feedLimits.maxReaders }, () => openEvents(port)));
    const refused = await ask('/api/v1/events');
    expect(refused.json).toMatchObject({ status: 429, code: 'too-many' });
    expect(refused.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    const metrics = (await ask('/metrics')).text;
    expect(metrics).toContain('jidi_collector_event_readers 64');
    expect(metrics).toContain('jidi_collector_event_readers_refused_total 1');
    readers[0]?.close();
    await expect.poll(async () => (await ask('/metrics')).text).toContain('jidi_collector_event_readers 63');
    expect((await openEvents(port)).status).toBe(200);
  });

  it('cuts off a reader that does not read, and leaves the others alone', async () => {
    const { port, bus, ask, collector } = await runServer();
    const other = await openEvents(port, '?topics=tick');
    const slow = connect(port, '127.0.0.1');
    slow.write(`GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    await new Promise((resolve) => slow.once('readable', resolve));
    // 5,000 targets of one command make a frame of almost a megabyte; nobody takes it off the socket.
    const nodes = Array.from({ length: 5000 }, (_, index) => `node-with-a-long-name-${index}`);
    const isCut = async (): Promise<boolean> => {
      await collector.control.runCommand(
        { action: 'service-status', nodes, parameters: {}, timeoutMs: 1000 },
        'x',
      );
      return (await ask('/metrics')).text.includes('jidi_collector_event_readers_cut_off_total 1');
    };
    await expect.poll(isCut, { timeout: 15_000, interval: 100 }).toBe(true);
    bus.publish({ kind: 'tick', node: 'n001', timeMs: 1000 });
    expect(await other.next()).toMatchObject({ event: 'tick' });
    slow.destroy();
  });

  it('end every connection when the server stops, at once', async () => {
    const { port, stop } = await runServer();
    const events = await openEvents(port);
    await Promise.all([stop(), stop(), events.closed]);
    expect(await events.next()).toBeUndefined();
  });
});
