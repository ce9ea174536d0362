// Every action a node may know, in the order people see them. A new action costs one line here.
import type { Action } from './action.ts';
import { processMemory } from './actions/process-memory.ts';
import { quiet } from './actions/quiet.ts';
import { restartSlurmd } from './actions/restart-slurmd.ts';
import { serviceStatus } from './actions/service-status.ts';

export const catalogue: readonly Action[] = [serviceStatus, processMemory, restartSlurmd, quiet];
