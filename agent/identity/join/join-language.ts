// What jidi-agent join says to people, in English and Chinese. In: a key, values for its `{names}`.

const messages = {
  already: [
    '{node} is a node of the cluster {cluster} already, its certificate is good until {until}. To join anew: --again',
    '{node} 已是集群 {cluster} 的节点，证书有效期至 {until}。重新加入请加 --again',
  ],
  joined: [
    'joined: {node} is a node of the cluster {cluster}; certificate in {folder}, good until {until}, renewed by the agent itself',
    '已加入：{node} 成为集群 {cluster} 的节点；证书位于 {folder}，有效期至 {until}，由 agent 自动续期',
  ],
  pending: [
    'waiting for approval. Fingerprint of this node:\n  {fingerprint}\nOn the collector, compare it and say yes: jidi node approve {node}',
    '等待批准。本节点的指纹：\n  {fingerprint}\n请在收集器上核对后批准：jidi node approve {node}',
  ],
  again: ['not reached yet ({reason}); trying again', '尚未连通（{reason}），正在重试'],
  waited: [
    'not approved within {wait}. The request stands with the same key: start the same command again',
    '在 {wait} 内未获批准。请求保持不变（密钥相同）：重新执行同一命令即可',
  ],
  unreachable: ['{enrolment} was not reached: {reason}', '无法连接 {enrolment}：{reason}'],
  usage: [
    `jidi-agent join: makes this machine a node of a cluster. The key is made here and never leaves it.

  jidi-agent join --collector HOST[:PORT] --ca-hash sha256:… [--token-file FILE] [--enrolment HOST:PORT]

  --collector HOST[:PORT]  the collector; without it the first of \`collectors\` in the configuration
  --enrolment HOST:PORT    where nodes join there, by default port 7302 of the collector
  --ca-hash sha256:…       of the collector's authority, as jidi-collector init and jidi node token create print it
  --token-file FILE        token of this node, or lines "NODE TOKEN"; without it a person must approve, and this waits
  --wait DURATION          how long at most, by default 24h
  --node NAME              by default the name in the configuration, else the host name
  --again                  join anew though there is an identity
  --config FILE, --state DIR, --lang en|zh   as for jidi-agent

Exit code 0: is a node. 1: not reached, or not approved in time; the same command may be tried again. 77: refused.
78: called wrongly.
`,
    `jidi-agent join：使本机成为集群的节点。密钥在本机生成，绝不外传。

  jidi-agent join --collector 主机[:端口] --ca-hash sha256:… [--token-file 文件] [--enrolment 主机:端口]

  --collector 主机[:端口]   收集器；不给出时取配置中 \`collectors\` 的第一项
  --enrolment 主机:端口     加入用的地址，默认为收集器的 7302 端口
  --ca-hash sha256:…       收集器证书颁发机构的哈希，由 jidi-collector init 和 jidi node token create 显示
  --token-file 文件         本节点的令牌，或多行“节点 令牌”；不给出时等待人工批准
  --wait 时长               最长等待时间，默认 24h
  --node 名称               默认取配置中的名称，否则为主机名
  --again                  已有身份时重新加入
  --config 文件、--state 目录、--lang en|zh   与 jidi-agent 相同

退出码 0：已是节点。1：未连通或未及时批准，可再次执行同一命令。77：被拒绝。78：用法错误。
`,
  ],
} as const satisfies Record<string, readonly [en: string, zh: string]>;

export type JoinSay = (key: keyof typeof messages, values?: Readonly<Record<string, string>>) => string;

export function createJoinSay(language: 'en' | 'zh'): JoinSay {
  return (key, values = {}) =>
    messages[key][language === 'zh' ? 1 : 0].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
