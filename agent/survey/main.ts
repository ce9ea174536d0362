// What the node is made of, as a program of its own: jidi-survey. The library that finds it out takes more memory than
// all the rest of the agent, and is needed once. Out, on stdout: one JSON document, an Inventory; on stderr its log.
import { createLogger } from '../../shared/log.ts';
import { createHost } from '../host/host.ts';
import { surveyInventory } from '../inventory.ts';

const inventory = await surveyInventory({ host: createHost(), log: createLogger('jidi-survey', 'warn') });
// A part that has not answered must not hold the program.
process.stdout.write(JSON.stringify(inventory), () => process.exit(0));
