// jidi-collector account NAME: a one-time login link for an account while the collector is stopped; where there is none of that
// name, it becomes an administrator. The way back in when nobody can log in any more.
import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { formatAddress } from '../../shared/address.ts';
import { systemClock } from '../../shared/clock.ts';
import { StartError } from '../../shared/errors.ts';
import { createLogger } from '../../shared/log.ts';
import type { CollectorConfig } from '../config.ts';
import { createAuditTrail } from '../control/audit-trail.ts';
import { createPeople, type People } from '../identity/people/people.ts';
import { PeopleError } from '../identity/people/people-error.ts';
import { openStore } from '../store/open-store.ts';
import { storeOptionsOf } from '../store-options.ts';
import type { CommandContext } from './command-context.ts';

const lifeMs = 86_400_000;

export function addAccount(program: Command, context: CommandContext): void {
  const { say } = context;
  program
    .command('account')
    .description(
      say([
        'print a one-time login link; a new name becomes an administrator; while the collector runs: jidi account',
        '生成一次性登录链接；新名称将成为管理员；收集器运行时请用 jidi account',
      ]),
    )
    .argument('<name>', say(['name of the account', '账户名']))
    .action(async (name: string) => {
      await withPeople(context.config(), (people) => tellLink(context, people, name));
    });
}

/** For a new collector: its first administrator, and the link by which that one comes in. Where there is one, nothing is done. */
export async function makeFirstAdmin(context: CommandContext): Promise<void> {
  await withPeople(context.config(), async (people) => {
    if (people.accounts.list().some(({ role, isLocked }) => role === 'admin' && !isLocked)) return;
    await tellLink(context, people, 'admin');
  });
}

async function tellLink(context: CommandContext, people: People, name: string): Promise<void> {
  const { say } = context;
  const actor = `${userInfo().username}@host`;
  const known = people.accounts.list().some((account) => account.name === name);
  if (!known) await people.accounts.create({ name, role: 'admin', password: null }, actor);
  const link = await people.accounts.link(name, lifeMs, actor);
  const sentence = known
    ? (['Login link of {name}; it works once, for a day:', '{name} 的登录链接；一天内可用一次：'] as const)
    : ([
        'Administrator {name}: open this link once the collector runs; it works once, for a day:',
        '管理员 {name}：收集器运行后打开此链接；一天内可用一次：',
      ] as const);
  context.out(say(sentence, { name }));
  context.out(`  ${consoleUrl(context.config())}login#${link.code}`);
}

function consoleUrl({ http, people }: CollectorConfig): string {
  const isEverywhere = http.host === '0.0.0.0' || http.host === '::';
  const host = isEverywhere ? (people.names[0] ?? 'localhost') : http.host;
  return `${people.certificate === 'none' ? 'http' : 'https'}://${formatAddress({ ...http, host })}/`;
}

async function withPeople(config: CollectorConfig, use: (people: People) => Promise<void>): Promise<void> {
  becomeOwnerOf(config.dataDir);
  const store = await openStore({
    ...storeOptionsOf(config),
    clock: systemClock,
    log: createLogger('jidi-collector', 'error'),
    onDeath(error) {
      throw error;
    },
  });
  try {
    const people = createPeople({ store, clock: systemClock, audit: createAuditTrail(store, systemClock) });
    await people.load();
    await use(people);
  } catch (error) {
    if (!(error instanceof PeopleError)) throw error;
    throw new StartError(error.message, error.remedy, { cause: error });
  } finally {
    await store.close();
  }
}

/** What root would write here, the collector could not read. */
function becomeOwnerOf(folder: string): void {
  const owner = statSync(folder, { throwIfNoEntry: false });
  if (owner === undefined || process.geteuid?.() !== 0 || owner.uid === 0) return;
  process.setgroups?.([owner.gid]);
  process.setgid?.(owner.gid);
  process.setuid?.(owner.uid);
}
