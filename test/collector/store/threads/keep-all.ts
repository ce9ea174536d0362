// For tests: settings under which nothing leaves a store.
import type { KeepSettings } from '../../../../collector/store/upkeep/removal-plan.ts';

export const keepAll: KeepSettings = {
  ageMs: { raw: 1e12, minute: 1e12, 'ten-minutes': 1e12, profiles: 1e12, continuous: 1e12 },
  budgetBytes: null,
};
