// 登录、账户与令牌的原因，中文说法；reasons-zh.ts 的一部分。
import type { ReasonWords } from './reasons-zh.ts';

export const reasonsOfPeopleZh: Readonly<Record<string, ReasonWords>> = {
  'login-needed': {
    message: '尚未登录，或会话、令牌已过期。',
    remedy: '请登录：jidi login，或在控制台登录。脚本请使用令牌：jidi token create。',
  },
  'permission-missing': {
    message: '您的角色或令牌没有所需的权限。',
    remedy: '请联系管理员：jidi account role 名称 角色。',
  },
  'bad-login': {
    message: '用户名或密码错误。',
    remedy: '请再检查一遍；忘记密码请向管理员索取登录链接。',
  },
  'bad-link': {
    message: '登录链接已使用、已过期或无效。',
    remedy: '请在收集器主机上获取新链接：jidi account link 名称。',
  },
  'too-many-attempts': {
    message: '登录失败次数过多。',
    remedy: '请稍候再试，或向管理员索取登录链接。',
  },
  'account-locked': {
    message: '该账户已被锁定。',
    remedy: '请管理员解锁：jidi account unlock 名称。',
  },
  'wrong-password': {
    message: '当前密码错误。',
    remedy: '请输入登录时使用的密码。',
  },
  'weak-password': {
    message: '新密码太容易猜到。',
    remedy: '请使用 10 至 256 个字符，不包含用户名，至少五种不同字符。',
  },
  'unknown-account': {
    message: '没有这个账户。',
    remedy: '请查看：jidi account ls。',
  },
  'unknown-token': {
    message: '没有这个令牌。',
    remedy: '请查看：jidi token ls。',
  },
  'account-exists': {
    message: '已有同名账户。',
    remedy: '请换一个名称。',
  },
  'last-admin': {
    message: '这是最后一个管理员。',
    remedy: '请先让另一个账户成为管理员。',
  },
  'session-needed': {
    message: '此操作需要本人登录的会话，令牌不能进行。',
    remedy: '请登录：jidi login。',
  },
  'foreign-origin': {
    message: '请求来自其他网页。',
    remedy: '请使用收集器自己的控制台。',
  },
};
