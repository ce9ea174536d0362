// Words of the pages of continuous profiles, loaded with them.
import type { Words } from '../i18n/language.ts';

export const continuousWords = {
  title: ['Continuous profiles', '持续剖析'],
  empty: [
    'No continuous profile. One records nodes or a job at a low frequency, window after window, until it is stopped.',
    '没有持续剖析。持续剖析以低频率逐个时间窗地记录节点或作业，直到停止。',
  ],
  start: ['Start', '开始'],
  startLabel: ['Start a continuous profile', '开始持续剖析'],
  job: ['Job', '作业'],
  nodes: ['Nodes', '节点'],
  orNodes: ['of a job: all that run it, unless named', '剖析作业时可留空，即运行该作业的所有节点'],
  whose: ['Target', '目标'],
  window: ['Window', '时间窗'],
  windows: ['Windows', '时间窗数'],
  lastWindow: ['Last window', '最近时间窗'],
  range: ['Windows of the last', '最近'],
  noStacks: ['No samples in this range.', '此时间范围内没有样本。'],
  noWindows: ['No window in this range.', '此时间范围内没有时间窗。'],
  together: ['Functions of these windows together', '这些时间窗合并后的函数'],
  each: ['Each window', '各个时间窗'],
} as const satisfies Record<string, Words>;
