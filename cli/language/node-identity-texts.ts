// What the CLI says of tokens, requests and certificates of nodes, in English and Chinese.

export const nodeIdentityTexts = {
  'help.nodeToken': ['Tokens by which nodes join, one for each', '节点加入集群所用的令牌，每节点一个'],
  'help.nodeToken.create': [
    'Create a token for each node; prints a line "NODE TOKEN" for each, as jidi-agent join --token-file takes them',
    '为每个节点创建令牌；每行输出“节点 令牌”，可直接用于 jidi-agent join --token-file',
  ],
  'help.nodeToken.for': ['how long they are good, 1m to 1h', '有效时间，1m 至 1h'],
  'help.nodeToken.replace': [
    'a node that is silent may be replaced although its certificate is still good: for nodes without disks',
    '节点无响应时，即使其证书仍有效也可被替换：用于无盘节点',
  ],
  'help.nodeToken.file': ['write them to this file, readable by you alone', '写入该文件，仅自己可读'],
  'help.nodeToken.ls': ['List the tokens that are not used yet', '列出尚未使用的令牌'],
  'help.nodeToken.rm': ['Take tokens back', '收回令牌'],
  'help.nodeRequests': [
    'List the nodes that wait for a person: they have no token, or their name is in use',
    '列出等待人工决定的节点：没有令牌，或名称已被使用',
  ],
  'help.nodeApprove': ['Let a node in that waits', '准许等待中的节点加入'],
  'help.nodeReject': ['Refuse a node that waits', '拒绝等待中的节点'],
  'help.nodeFingerprint': [
    'which key is meant, where several wait under one name; its beginning is enough',
    '同名的多个请求中的哪一个密钥；给出开头即可',
  ],
  'help.nodeCerts': ['List the certificates of nodes', '列出节点的证书'],
  'help.nodeRevoke': [
    'Put a node out: its streams end within 5 seconds, and it stays out until it joins anew',
    '逐出节点：其连接在 5 秒内断开，重新加入之前不得接入',
  ],
  'header.fingerprint': ['FINGERPRINT', '指纹'],
  'header.address': ['ADDRESS', '地址'],
  'header.reason': ['REASON', '原因'],
  'header.asked': ['ASKED', '请求时间'],
  'header.creator': ['CREATOR', '创建者'],
  'header.epoch': ['EPOCH', '纪元'],
  'header.enrolled': ['JOINED', '加入时间'],
  'nodeReason.no-token': ['no token', '没有令牌'],
  'nodeReason.in-use': ['name in use', '名称已被使用'],
  'status.valid': ['valid', '有效'],
  'status.expired': ['expired', '已过期'],
  'status.revoked': ['revoked', '已吊销'],
  'nodeToken.created': [
    'Tokens: {count}, each for its own node, once, until {time}. On each node:\n  jidi-agent join --collector HOST --ca-hash {authority} --token-file FILE',
    '令牌 {count} 个，各自仅限本节点使用一次，{time} 前有效。在各节点上运行：\n  jidi-agent join --collector HOST --ca-hash {authority} --token-file FILE',
  ],
  'nodeToken.saved': ['Written to {file}.', '已写入 {file}。'],
  'nodeToken.removed': ['They let nobody in any more.', '令牌已收回。'],
  'nodeRequest.approved': [
    '{node} is let in with key {fingerprint}; it asks again within seconds.',
    '已准许 {node} 以密钥 {fingerprint} 加入，该节点会在数秒内再次请求。',
  ],
  'nodeRequest.rejected': ['Key {fingerprint} of {node} is refused.', '已拒绝 {node} 的密钥 {fingerprint}。'],
  'nodeCert.revoked': [
    '{node} is out. To let it in again: jidi node token create {node}, and on the node: jidi-agent join --again …',
    '{node} 已被逐出。要让它重新加入：jidi node token create {node}，并在该节点上运行：jidi-agent join --again …',
  ],
} as const;
