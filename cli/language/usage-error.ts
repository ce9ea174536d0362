// What commander says about arguments that cannot be read, in the person's language. In: its sentence, English. Out: the
// same, or Chinese; what is not known here stays as it is.
import type { Language } from './language.ts';

/** A sentence may have two parts: what is wrong, and what to write. */
const chinese: readonly (readonly [english: RegExp, chinese: string])[] = [
  [/missing required argument '(.+?)'/, '缺少参数 $1'],
  [/required option '(.+?)' not specified/, '缺少选项 $1'],
  [/option '(.+?)' argument missing/, '选项 $1 缺少值'],
  [/option '(.+?)' argument '(.*?)' is invalid\. /, '选项 $1 的值 $2 无效。'],
  [/option '(.+?)' cannot be used with option '(.+?)'/, '选项 $1 不能与 $2 同时使用'],
  [/unknown option '(.+?)'/, '未知选项 $1'],
  [/unknown command '(.+?)'/, '未知命令 $1'],
  [
    /too many arguments(?: for '.+?')?\. Expected (\d+) arguments? but got (\d+): (.*)\./,
    '参数过多：应为 $1 个，实有 $2 个：$3',
  ],
  [/\(Did you mean (.+?)\?\)/, '（是否想写 $1？）'],
  [/Allowed choices are (.+?)\./, '可选：$1。'],
  [/Write a whole number from (\S+) to (\S+)\./, '请写 $1 至 $2 的整数。'],
  [/Write a duration from (\S+) to (\S+), e\.g\. (.+?)\./, '请写 $1 至 $2 的时长，例如 $3。'],
  [/Write a percentage from 0% to 100%, e\.g\. 0\.5%\./, '请写 0% 至 100% 的百分比，例如 0.5%。'],
  [/Write seconds since the begin of the profile, e\.g\. (.+)\./, '请写自剖析开始起的秒数，例如 $1。'],
  [/Write key=value\./, '请写 key=value。'],
];

export function usageError(sentence: string, language: Language): string {
  if (language === 'en') return sentence;
  return chinese.reduce((text, [english, words]) => text.replace(english, words), sentence);
}
