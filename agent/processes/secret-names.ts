// Knows the names under which programs take secrets: keys of settings, and options of one letter.
// In: a key, or a program's name. Out: whether what follows is a secret. A name that only speaks about a secret
// (its file, its length, its kind) is none.

const listOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** A key is secret when its last word is one of these, */
const secretWords = listOf(
  'password passwd passphrase passcode pass pwd pw psw secret secrets token auth apikey apitoken authtoken accesskey ' +
    'secretkey privatekey authkey credential credentials bearer jwt cookie sessionid',
);
/** or ends like this (PGPASSWORD), */
const secretEnding = /(?:password|passwd|passphrase|secret|apikey|accesskey|secretkey|authtoken)$/;
/** or is `key` behind one of these. */
const keyKinds = listOf(
  'api access secret private auth account storage shared encryption signing master service deploy munge',
);
/** Keys whose value may follow a bare colon, as in `pass:hunter2`. */
const plainSecret = /(?:pass|password|passwd|passphrase|secret)$/i;

/** True for `password`, `--db-password`, `AWS_SECRET_ACCESS_KEY`, `apiToken`; false for `password-file`, `author`. */
export function isSecretKey(key: string): boolean {
  const words = key
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const last = words.at(-1);
  if (last === undefined) return false;
  if (secretWords.has(last) || secretEnding.test(last)) return true;
  return last === 'key' && keyKinds.has(words.at(-2) ?? '');
}

export function isPlainSecretKey(key: string): boolean {
  return plainSecret.test(key) && isSecretKey(key);
}

/** The letters behind which a program takes a secret. */
export interface SecretLetters {
  /** `-pSECRET`. */
  readonly attached: string;
  /** `-p SECRET`. */
  readonly separate: string;
  /** `-u user:SECRET`. */
  readonly login: string;
}

const lettersByProgram = new Map<string, SecretLetters>();
for (const [names, attached, separate, login] of [
  ['mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mysqlslap mysqlbinlog', 'p', '', ''],
  ['mariadb mariadb-dump mariadb-admin mariadb-import mariadb-check', 'p', '', ''],
  ['7z 7za 7zr', 'p', '', ''],
  ['sshpass mongo mongosh mongodump mongorestore mongoexport mongoimport', 'p', 'p', ''],
  // The sub-command of docker, podman, helm, oc and az.
  ['login', 'p', 'p', ''],
  ['redis-cli', '', 'a', ''],
  ['ldapsearch ldapmodify ldapadd ldapdelete ldapwhoami ldappasswd', 'w', 'w', ''],
  ['ipmitool', '', 'Pk', ''],
  ['ipmi-sensors ipmipower ipmi-sel bmc-info', '', 'p', ''],
  ['sqlcmd bcp isql', 'P', 'P', ''],
  ['mosquitto_pub mosquitto_sub zip unzip', '', 'P', ''],
  ['snmpget snmpwalk snmpset snmpbulkwalk', '', 'cAX', ''],
  ['openssl', '', 'kK', ''],
  ['curl', 'u', '', 'uU'],
  ['smbclient rpcclient', '', '', 'U'],
] as const) {
  for (const name of names.split(' ')) lettersByProgram.set(name, { attached, separate, login });
}

/** undefined for a program that takes no secret behind one letter. */
export function secretLettersOf(program: string): SecretLetters | undefined {
  return lettersByProgram.get(program);
}
