// What jidi-agent --help says, in English and Chinese.

const english = `jidi-agent: measures this node and sends what it finds to the collector.

  jidi-agent [--config FILE] [FLAGS]          run
  jidi-agent join --collector HOST …          make this machine a node of a cluster; see jidi-agent join --help
  jidi-agent --once [-o text|json|prometheus]
                                              print one full report of this machine; needs no collector, writes nothing
  jidi-agent doctor [-o text|json]            say what works here, what is missing and how to get it;
                                              exit code 1 when something fails that should work

Flags, each overrides a key of the configuration:
  --config FILE          configuration (YAML)
  --check-config         check the configuration and start nothing
  --node NAME            name of this node
  --role ROLE            compute, login or manager
  --collector HOST:PORT  where the collector listens; several stand in the configuration
  --plain                without certificates, to a collector on this very machine
  --interval DURATION    1s to 60s, divides a minute
  --run DIR              folder for sockets
  --state DIR            folder for what outlives a restart
  --executor HOW         child, socket or off
  --policy FILE          policy of the executor
  --profiler HOW         child or socket
  --log LEVEL            error, warn, info, debug or silent
  --lang LANGUAGE        en or zh, for --once, doctor and --help; else as LC_ALL, LC_MESSAGES, LANG say
  -h, --help             this text
  --version              the version
`;

const chinese = `jidi-agent：采集本节点的数据并发送给收集器。

  jidi-agent [--config 文件] [选项]            运行
  jidi-agent join --collector 主机 …           使本机成为集群的节点，见 jidi-agent join --help
  jidi-agent --once [-o text|json|prometheus] 输出本机的一份完整报告；不需要收集器，不写任何文件
  jidi-agent doctor [-o text|json]            说明哪些可用、缺少什么、如何解决；
                                              应当可用而失败时退出码为 1

选项，每个覆盖配置中的一个键：
  --config 文件           配置文件（YAML）
  --check-config         只检查配置，不启动
  --node 名称             本节点名称
  --role 角色             compute、login 或 manager
  --collector 主机:端口    收集器地址；多个地址写在配置中
  --plain                不用证书，仅限本机上的收集器
  --interval 时长         1s 到 60s，须整除一分钟
  --run 目录              套接字目录
  --state 目录            重启后仍需保留的内容
  --executor 方式         child、socket 或 off
  --policy 文件           执行器的策略文件
  --profiler 方式         child 或 socket
  --log 级别              error、warn、info、debug 或 silent
  --lang 语言             en 或 zh，用于 --once、doctor 和 --help；否则按 LC_ALL、LC_MESSAGES、LANG
  -h, --help             本说明
  --version              版本
`;

export function usage(language: 'en' | 'zh'): string {
  return language === 'zh' ? chinese : english;
}
