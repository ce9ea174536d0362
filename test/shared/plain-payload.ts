// For comparing: a payload whose process lists came as columns is told in rows.
import { plainSnapshot } from '../../shared/column-snapshot.ts';
import type { Payload } from '../../shared/model/batch.ts';

export function plainPayload<P extends Payload>(payload: P): P {
  if (payload.kind !== 'processes') return payload;
  return { ...payload, snapshots: payload.snapshots.map(plainSnapshot) };
}
