// In: an open database. Out: every part of the store that writes or reads rows, wired together.
import { createAuditTable } from './catalog/audit.ts';
import { createCommandTable } from './catalog/commands.ts';
import { createNodeTable } from './catalog/nodes.ts';
import { createProfileTable } from './catalog/profiles.ts';
import type { Database } from './database.ts';
import { createDeliveryTable } from './delivery.ts';
import { Layouts } from './layouts.ts';
import { createMetricTable } from './metrics.ts';
import { Processes } from './processes.ts';
import { WaitChannels } from './wait-channels.ts';

export type Tables = ReturnType<typeof createTables>;

export function createTables(db: Database) {
  const nodes = createNodeTable(db);
  const layouts = new Layouts(db);
  const waitChannels = new WaitChannels(db);
  const processes = new Processes(db, waitChannels);
  const delivery = createDeliveryTable(db);
  return {
    nodes,
    layouts,
    delivery,
    metrics: createMetricTable(db, nodes, layouts),
    processes,
    profiles: createProfileTable(db),
    commands: createCommandTable(db),
    audit: createAuditTable(db),
    /** Drops what is remembered of rows; needed after a rollback and after a deletion. */
    forget(): void {
      delivery.forget();
      layouts.forget();
      processes.forget();
      waitChannels.forget();
    },
  };
}
