// 常见原因的中文说法，以稳定的 code 为键：发生了什么，怎么办。没有列出的原因照原文显示。
export interface ReasonWords {
  readonly message: string;
  readonly remedy: string;
}

export const reasonsZh: Readonly<Record<string, ReasonWords>> = {
  'perf-missing': {
    message: '此节点没有安装可用的 perf 程序。',
    remedy: '请在节点上安装 perf（Debian：linux-perf；Ubuntu：linux-tools-generic；EL：perf）。',
  },
  'perf-forbidden': {
    message: '此节点的内核不允许 perf 对该进程采样。',
    remedy: '请为节点上的剖析程序授予 CAP_PERFMON，或调低 kernel.perf_event_paranoid。',
  },
  'process-gone': {
    message: '该进程在此节点上不存在。',
    remedy: '请刷新节点的进程列表，选择一个正在运行的进程。',
  },
  'pid-reused': {
    message: '该 PID 现在属于另一个进程。',
    remedy: '请刷新节点的进程列表，选择一个正在运行的进程。',
  },
  'process-ended': {
    message: '进程在剖析结束前已退出，仅显示退出前的数据。',
    remedy: '请在运行中更早开始剖析，或缩短时长。',
  },
  'no-samples': {
    message: '没有样本：进程在此期间休眠、等待，或几乎未使用 CPU。',
    remedy: '请选择 CPU 占用大于 0 的进程，或延长时长、提高频率。',
  },
  'symbols-stripped': {
    message: '许多函数没有名称：程序或库已去除符号（strip）。',
    remedy: '请安装其调试符号（Debian、Ubuntu：-dbgsym 包；EL：debuginfo），或用 -g 编译且不要 strip。',
  },
  'symbols-no-perf-map': {
    message: '许多函数没有名称：它们是运行时生成的代码，且没有 /tmp/perf-PID.map。',
    remedy:
      '请让运行时写出该文件：node --perf-basic-prof，jcmd PID Compiler.perfmap，python -X perf（3.12 及以上）。',
  },
  'symbols-map-too-large': {
    message: '部分函数没有名称：/tmp/perf-PID.map 过大，只读取了末尾部分。',
    remedy: '请重新启动该程序，使该文件重新开始，或一次剖析较少的进程。',
  },
  'symbols-kernel-hidden': {
    message: '内核函数没有名称：内核隐藏了它们的地址。',
    remedy: '请设置 sysctl kernel.kptr_restrict=0，或为剖析程序授予 CAP_SYSLOG。',
  },
  'symbols-file-gone': {
    message: '许多函数没有名称：程序文件已被删除或替换，且没有进程仍在使用它。',
    remedy: '请在程序运行期间剖析，期间不要替换其文件。',
  },
  'symbols-file-unreadable': {
    message: '许多函数没有名称：剖析程序无法读取该文件，或文件超出限制。',
    remedy: '请允许他人读取该程序文件（chmod o+r），或以其用户身份运行剖析程序。',
  },
  'symbols-broken-stacks': {
    message: '许多帧不在任何文件中：无法追溯调用者。',
    remedy: '请选择 --call-graph dwarf，或用 -fno-omit-frame-pointer -g 编译。',
  },
  'symbols-limited': {
    message: '读取符号时中断或超出限制，部分函数以地址显示。',
    remedy:
      '程序文件可能已损坏或怀有恶意，或过大（内存 128 MiB、90 秒）：请剖析较少的进程，或使用调试信息较少的版本。',
  },
  'too-many-profiles': {
    message: '此节点上同时进行的剖析过多。',
    remedy: '请等待其中一个结束，或停止一个。',
  },
  'too-many-samples': {
    message: '预计的样本数或数据量超过一次剖析的上限，未开始采样。',
    remedy: '请降低频率、缩短时长，或改用帧指针。',
  },
  'node-budget-used': {
    message: '此节点上正在进行的剖析已占用全部额度，未开始采样。',
    remedy: '请等待其中一个结束，或降低频率、缩短时长。',
  },
  'no-room-on-disk': {
    message: '节点上存放剖析数据的目录空间不足，未开始采样。',
    remedy: '请在节点上释放空间，或降低频率、缩短时长、改用帧指针。',
  },
  'event-missing': {
    message: '此节点的处理器或虚拟机不提供该事件的计数器。',
    remedy: '请选择该节点支持的事件，例如 cpu-clock 或 wall。',
  },
  'policy-denied': {
    message: '此节点的策略不允许该操作。',
    remedy: '如需允许，请在该节点的策略文件中放行。',
  },
  'node-not-connected': {
    message: '节点未连接，未在其上执行任何操作。',
    remedy: '请检查节点上的 Agent 是否运行：systemctl status jidi-agent。',
  },
  'no-answer': {
    message: '节点未在时限内报告结果；操作是否生效未知。',
    remedy: '请查看节点状态；节点稍后报告时，此处会更新。',
  },
  'timed-out': {
    message: '操作超过时限，已被终止。',
    remedy: '请延长时限后重试，或在节点上检查原因。',
  },
  'unknown-node': { message: '没有这个节点。', remedy: '请从节点列表中选择。' },
  'unknown-profile': { message: '没有这个性能剖析。', remedy: '请从性能剖析列表中选择；它可能已被删除。' },
  'unknown-command': { message: '没有这个命令。', remedy: '请从命令列表中选择。' },
  'unknown-action': { message: '没有这个操作。', remedy: '可用的操作：jidi action ls。' },
};
