// 各种原因的中文说法，以稳定的 code 为键：发生了什么，怎么办。没有列出的原因照原文显示。控制台与命令行共用。
import { reasonsOfPeopleZh } from './reasons-of-people-zh.ts';

export interface ReasonWords {
  readonly message: string;
  readonly remedy: string;
}

export const reasonsZh: Readonly<Record<string, ReasonWords>> = {
  ...reasonsOfPeopleZh,
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
    message: '许多函数没有名称：剖析程序无法读取该文件或进入其目录，或文件超出限制。',
    remedy:
      '请允许他人读取该程序文件（chmod o+r）并进入其目录（chmod o+x），或为剖析程序授予 CAP_SYS_PTRACE（见权限文档）。',
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
    message: '样本数或数据量超过上限，未执行。',
    remedy: '请降低频率、缩短时长或时间范围，或减少节点与进程。',
  },
  'node-budget-used': {
    message: '此节点上正在进行的剖析已占用全部额度，未开始采样。',
    remedy: '请等待其中一个结束，或降低频率、缩短时长。',
  },
  'waits-recorded-already': {
    message: '另一个剖析正在记录同一批进程的等待，两者同时进行会互相混淆；未开始采样。',
    remedy: '请等待它结束，或将此次剖析的事件改为 cpu-clock。',
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
  'perf-failed': {
    message: 'perf 程序出错退出，原因见原文。',
    remedy: '请在节点上手动运行同样的 perf；若 perf 比内核旧，请更新。',
  },
  'perf-stuck': {
    message: 'perf 未在时限内结束，已被终止。',
    remedy: '请缩短时长或降低频率；若节点内存或磁盘不足，请先处理。',
  },
  'target-empty': {
    message: '目标在此节点上没有进程。',
    remedy: '请确认它在哪些节点上、是否仍在运行：jidi top NODE。',
  },
  'target-too-large': {
    message: '目标在此节点上的进程过多，只采样了其中一部分。',
    remedy: '请剖析整个节点，或一个进程及其子进程。',
  },
  'recording-full': {
    message: '记录达到最大容量，仅显示此前的数据。',
    remedy: '请降低频率或缩短时长。',
  },
  'profiler-crashed': {
    message: '剖析程序未给出结果便已退出。',
    remedy: '请重试；若再次出现，请查看 Agent 的日志。',
  },
  'profiler-unreachable': {
    message: '无法连接此节点的剖析服务。',
    remedy:
      '请在节点上启用它：systemctl enable --now jidi-profiler.socket；或在配置中设 profiler.how: child。',
  },
  'profiler-overdue': {
    message: '剖析程序未在时限内给出结果，已被终止。',
    remedy: '请缩短时长或降低频率。',
  },
  'nodes-missing': {
    message: '部分节点没有数据，原因见原文。',
    remedy: '每个部分都说明了原因：jidi profile show ID --parts；节点状态：jidi node ls。',
  },
  'job-ended': {
    message: '作业已不在任何节点上运行，持续剖析随之结束。',
    remedy: '无需处理，已有的时间窗会保留。',
  },
  'control-off': {
    message: '此节点的 Agent 不接受命令，未执行任何操作。',
    remedy: '如需允许，请在 Agent 配置中将 control.executor 设为 child 或 socket。',
  },
  'executor-unreachable': {
    message: '无法连接此节点的执行程序。',
    remedy: '请在节点上检查：systemctl status jidi-executor.socket，或重启 Agent。',
  },
  'executor-silent': {
    message: '此节点的执行程序未在时限内应答；操作是否生效未知。',
    remedy: '请先查看节点状态，并确认执行程序在运行。',
  },
  busy: {
    message: '此节点上同时运行的命令过多，未执行。',
    remedy: '请等待其中一些结束后重试。',
  },
  cancelled: {
    message: '操作在完成前被取消，可能已部分生效。',
    remedy: '请查看节点状态。',
  },
  'cannot-run': {
    message: '无法在此节点上运行该操作的程序。',
    remedy: '请检查节点上的该程序。',
  },
  crashed: {
    message: '执行程序在得到结果前退出；操作是否生效未知。',
    remedy: '请先查看节点状态再重试。',
  },
  'restart-failed': {
    message: '服务未能重新启动。',
    remedy: '请在节点上检查其状态与日志。',
  },
  'quiet-folder-full': {
    message: '静默模式的目录已满，无法写入。',
    remedy: '任何人都可以在该目录中添加文件，有人添加了过多文件：请用 ls -la 查看属主并删除（路径见原文）。',
  },
  'quiet-folder-unusable': {
    message: '此节点的运行目录不可写。',
    remedy: '请启动 Agent，并让 Agent 与执行程序使用同一运行目录。',
  },
  'names-missing': {
    message: '导入的文件没有这些函数的名称。',
    remedy: '请让写出该文件的程序解析符号后重新导入。',
  },
  'stacks-cut': {
    message: '文件中的调用栈超过一个剖析的上限，超出部分归入 [其余]。',
    remedy: '请先去掉部分线程或少见的栈，再重新导入。',
  },
  'bad-file': {
    message: '无法读取该文件。',
    remedy: '请选择 folded、pprof 或 speedscope 格式的文件。',
  },
  'empty-file': {
    message: '文件中没有样本。',
    remedy: '请选择有样本的文件。',
  },
  'file-too-large': {
    message: '文件超过上限。',
    remedy: '请裁剪文件，或先合并其中的调用栈。',
  },
  'unknown-unit': {
    message: '文件中的计量单位无法识别。',
    remedy: '请选择以样本数或时间计的文件。',
  },
  'already-over': {
    message: '已经结束。',
    remedy: '无需停止或取消。',
  },
  'bad-parameter': {
    message: '参数无效，详见原文。',
    remedy: '请修改后重试。',
  },
  'no-stacks': {
    message: '没有调用栈数据。',
    remedy: '请等待剖析完成，或选择其他时间范围。',
  },
  'nothing-chosen': {
    message: '所选范围内没有样本。',
    remedy: '请扩大选择范围。',
  },
  'too-busy': {
    message: '收集器正忙于其他请求。',
    remedy: '请稍后重试。',
  },
  'too-many': {
    message: '数量超过上限。',
    remedy: '请减少数量，或等待一些结束。',
  },
  'unknown-job': {
    message: '没有节点在运行该作业。',
    remedy: '请用 squeue、qstat 或 jidi top NODE 查看其运行位置。',
  },
  'unknown-process': {
    message: '没有这个进程，或它不属于您。',
    remedy: '请刷新节点的进程列表，选择自己的进程。',
  },
  'not-yours': {
    message: '角色 user 不能进行此操作。',
    remedy: '请选择自己的作业或进程，或请操作员代为进行。',
  },
  'thread-elsewhere': {
    message: '该线程不属于所选进程。',
    remedy: '请选择该进程自己的线程。',
  },
};
