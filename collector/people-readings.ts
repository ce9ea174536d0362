// What is counted about people who come in, as figures of the collector's /metrics.
import type { Reading } from './http/self-metrics.ts';
import type { PeopleStatistics } from './identity/people/people.ts';

export function peopleReadings(statistics: PeopleStatistics): readonly Reading[] {
  const { accounts, sessions, tokens, logins, refused, waiting, turnedAway } = statistics;
  return [
    { name: 'people_accounts', help: 'Accounts.', value: accounts },
    { name: 'people_sessions', help: 'Sessions that are not over.', value: sessions },
    { name: 'people_tokens', help: 'API tokens.', value: tokens },
    {
      name: 'people_logins_waiting',
      help: 'Accounts and addresses that must wait before the next login.',
      value: waiting,
    },
    {
      name: 'people_logins_turned_away_total',
      help: 'Logins that were not looked at: too many, or too soon after failures.',
      value: turnedAway,
    },
    ...[...logins].map(([outcome, value]) => ({
      name: 'people_logins_total',
      help: 'Logins, by password, by link, and refused ones.',
      value,
      labels: { outcome },
    })),
    ...[...refused].map(([kind, value]) => ({
      name: 'people_requests_refused_total',
      help: 'Requests with a session or token that is not valid.',
      value,
      labels: { kind },
    })),
  ];
}
