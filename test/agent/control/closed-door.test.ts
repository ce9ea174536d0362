import { pino } from 'pino';
import { expect, test } from 'vitest';
import { AgentControl } from '../../../agent/control/agent-control.ts';
import { closedDoor } from '../../../agent/control/closed-door.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { Payload } from '../../../shared/model/batch.ts';

test('a node whose control is off refuses a command, says where to change it, and is done with it', async () => {
  const put: Payload[] = [];
  const control = new AgentControl({
    profiler: { start: () => undefined, stop: () => undefined, close: () => Promise.resolve() },
    executor: closedDoor(systemClock),
    spool: { put: (payload) => void put.push(payload), hasRoom: () => true },
    clock: systemClock,
    log: pino({ level: 'silent' }),
  });
  const now = Date.now();
  const request = {
    id: 'cmd_closed00',
    action: 'service-status',
    parameters: {},
    requester: 'tester',
    issuedTimeMs: now,
    expiresTimeMs: now + 60_000,
    timeoutMs: 10_000,
  };
  control.handle({ kind: 'run-command', request });
  await Promise.resolve();
  control.handle({ kind: 'run-command', request });

  expect(put).toHaveLength(1);
  expect(put[0]).toMatchObject({
    kind: 'command',
    report: { commandId: request.id, state: 'refused', reason: { code: 'control-off' } },
  });
  expect(control.statistics).toMatchObject({ running: 0, repeated: 1 });
});
