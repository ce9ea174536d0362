// What the CLI says of continuous profiles, in English and Chinese.

export const continuousTexts = {
  'help.profile.continuous': [
    'Continuous profiles: window after window, of nodes or of a job',
    '持续剖析：逐个时间窗剖析节点或作业',
  ],
  'help.continuous.start': ['Profile nodes or a job from now on', '从现在起持续剖析节点或作业'],
  'help.continuous.ls': ['List continuous profiles, newest first', '列出持续剖析，最新在前'],
  'help.continuous.show': [
    'Show the hot functions of a range of time, or its windows',
    '显示一段时间内的热点函数，或其时间窗',
  ],
  'empty.windows': [
    'No window with samples from {from} to {to}. See all of them: jidi profile continuous show {id} --windows --from -1d',
    '{from} 至 {to} 没有含样本的时间窗。查看全部：jidi profile continuous show {id} --windows --from -1d',
  ],
  'help.continuous.stop': ['Stop a continuous profile; its windows stay', '停止持续剖析，时间窗保留'],
  'help.arg.continuous': ['id of a continuous profile', '持续剖析 ID'],
  'help.arg.continuousNodes': [
    'node or node set; without it all nodes that run the job',
    '节点或节点集；缺省为运行该作业的所有节点',
  ],
  'help.continuousJob': ['only this job; without it all CPUs', '仅此作业；缺省为全部 CPU'],
  'help.continuousFrequency': ['samples per second, 1 to 99', '每秒采样数，1 至 99'],
  'help.window': ['length of a window, 10s to 5m', '时间窗长度，10s 至 5m'],
  'help.windows': ['list the windows; each is a profile with an id', '列出时间窗；每个都是有 ID 的性能剖析'],
  'header.window': ['WINDOW', '时间窗'],
  'header.windows': ['WINDOWS', '窗数'],
  'header.lastWindow': ['LAST', '最近'],
  'status.ended': ['ended', '已结束'],
} as const;
