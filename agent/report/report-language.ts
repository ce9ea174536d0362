// What the reports of the agent say to people, in English and Chinese. In: a key, values for its `{names}`.
// Names of metrics, paths and what a machine says itself stay as they are.

export type ReportLanguage = 'en' | 'zh';
export type Say = (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string;

const messages = {
  node: ['Node', '节点'],
  time: ['Time', '时间'],
  source: ['Source', '数据源'],
  reads: ['reads', '读取'],
  took: ['{values} values in {duration} ms', '{values} 个值，{duration} 毫秒'],
  nothing: ['Nothing to read here', '本机没有可读取的内容'],
  failed: ['failed', '失败'],
  remedy: ['What to do', '解决办法'],
  processes: ['Processes: {shown} of {count}', '进程：共 {count} 个，显示 {shown} 个'],
  noProcesses: ['Processes: not known: {reason}', '进程：未知：{reason}'],
  user: ['USER', '用户'],
  job: ['JOB.STEP', '作业.作业步'],
  rank: ['RANK', '秩'],
  cpu: ['CPU', 'CPU'],
  memory: ['MEMORY', '内存'],
  threads: ['THREADS', '线程'],
  state: ['STATE', '状态'],
  command: ['COMMAND', '命令行'],
  good: ['good', '正常'],
  absent: ['absent', '本机没有'],
  lacking: ['lacking', '缺少'],
  labelled: ['{label}: {text}', '{label}：{text}'],
  heading: ['{label}:', '{label}：'],
  emptyText: ['(empty)', '（空）'],
  why: ['Why', '原因'],
  summary: [
    '{good} good, {absent} absent (nothing is wrong), {lacking} lacking, {failed} failed',
    '正常 {good} 项，本机没有 {absent} 项（无须处理），缺少 {lacking} 项，失败 {failed} 项',
  ],
  configuration: ['Configuration in force', '当前配置'],
  'subject.source': ['source {name}', '数据源 {name}'],
  'subject.processes': ['processes', '进程'],
  'subject.processes of others': ['processes of others', '其他用户的进程'],
  'subject.I/O of processes': ['I/O of processes', '进程的读写量'],
  'subject.scheduler': ['scheduler', '作业调度器'],
  'subject.perf': ['perf', 'perf'],
  'subject.folder runDir': ['folder runDir', '目录 runDir'],
  'subject.folder stateDir': ['folder stateDir', '目录 stateDir'],
  'subject.buffer': ['buffer', '缓冲区'],
  'subject.executor': ['executor', '执行器'],
  'subject.profiler': ['profiler', '剖析程序'],
  'subject.policy': ['policy', '策略文件'],
  'subject.collector': ['collector', '收集器'],
  'subject.identity': ['identity', '身份'],
} as const satisfies Record<string, readonly [en: string, zh: string]>;

export type MessageKey = keyof typeof messages;

export function createReportSay(language: ReportLanguage): Say {
  return (key, values = {}) =>
    messages[key][language === 'zh' ? 1 : 0].replace(/\{(\w+)\}/g, (_, name: string) =>
      String(values[name] ?? ''),
    );
}

/** A subject of the doctor; what has no word of ours stays as it is. */
export function saySubject(subject: string, say: Say): string {
  const [, name] = /^source (.*)$/s.exec(subject) ?? [];
  if (name !== undefined) return say('subject.source', { name });
  const key = `subject.${subject}`;
  return isKey(key) ? say(key) : subject;
}

function isKey(key: string): key is MessageKey {
  return Object.hasOwn(messages, key);
}

/** The wish of the flag, else the usual variables. */
export function reportLanguage(
  wish: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): ReportLanguage {
  const set = [wish, env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value);
  return set?.toLowerCase().startsWith('zh') === true ? 'zh' : 'en';
}
