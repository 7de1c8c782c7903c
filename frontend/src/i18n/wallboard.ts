/* Words of the wallboard. */

import { translator } from '@/shared/i18n'

export const t = translator({
  service: { zh: '客运服务中心', en: 'Passenger service centre' },
  fullScreen: { zh: '全屏', en: 'Full screen' },
  leaveFullScreen: { zh: '退出全屏', en: 'Leave full screen' },
  choose: { zh: '筛选', en: 'Filter' },
  whole: { zh: '全中心', en: 'Whole centre' },
  chosen: { zh: '{first} 等 {count} 项', en: '{first} and {count} more' },
  queues: { zh: '队列', en: 'Queues' },
  teams: { zh: '班组', en: 'Teams' },
  show: { zh: '显示', en: 'Show' },
  showWhole: { zh: '显示全中心', en: 'Show the whole centre' },
  back: { zh: '返回', en: 'Back' },

  connecting: { zh: '正在取数据', en: 'Fetching figures' },
  fresh: { zh: '数据 {count} 秒前', en: 'As of {count} s ago' },
  asOf: { zh: '数据停在 {time}', en: 'Stands at {time}' },
  databaseAway: { zh: '数据库没有应答，数据停在 {time}', en: 'Database does not answer, stands at {time}' },
  closed: { zh: '已签出或无权查看，请重新签入', en: 'Signed out or not allowed: sign in again' },

  categories: { zh: '语音平台分类统计', en: 'Voice platform by category' },
  today: { zh: '今日', en: 'Today' },
  weekAgo: { zh: '比上周', en: 'vs last week' },
  thisInterval: { zh: '本时段', en: 'Interval' },
  received: { zh: '电话进入', en: 'Calls in' },
  self_service: { zh: '自助办结', en: 'Self-service' },
  left_menu: { zh: '导航中离开', en: 'Left in the menu' },
  offered: { zh: '进入排队', en: 'Offered to agents' },
  answered: { zh: '人工接听', en: 'Answered' },
  abandoned: { zh: '放弃', en: 'Abandoned' },
  short_abandoned: { zh: '其中短时放弃', en: 'of these short' },
  blocked: { zh: '忙音', en: 'Blocked' },
  notByPeople: { zh: '未接听的来电不属于任何班组', en: 'Unanswered calls belong to no team' },
  notByQueue: { zh: '导航中的来电还没有队列', en: 'Calls in the menu have no queue yet' },

  serviceLevel: { zh: '服务水平', en: 'Service level' },
  ofDemand: { zh: '{limit}内接听 ÷（进入排队 − 短时放弃）', en: 'Answered {limit} ÷ (offered − short)' },
  ofAnswered: { zh: '{limit}内接听 ÷ 接听', en: 'Answered {limit} ÷ answered' },
  withinSeconds: { zh: '{count} 秒', en: 'within {count} s' },
  withinLimits: { zh: '各队列时限', en: 'in time' },
  interval: { zh: '本时段 {start}–{end}', en: '{start}–{end}' },
  noCallsYet: { zh: '本时段还没有通话', en: 'No calls yet in this interval' },
  target: { zh: '目标', en: 'Target' },
  previous: { zh: '上一时段', en: 'Interval before' },
  answerRate: { zh: '接通率', en: 'Answer rate' },
  waiting: { zh: '正在排队', en: 'Waiting' },
  longest: { zh: '最长等待', en: 'Longest wait' },
  inMenu: { zh: '导航中', en: 'In the menu' },
  speed: { zh: '平均应答', en: 'Speed of answer' },
  abandonment: { zh: '放弃率', en: 'Abandonment' },
  seconds: { zh: '秒', en: 's' },

  agents: { zh: '座席状态', en: 'Agents' },
  signedIn: { zh: '签入 {count} / 共 {people}', en: '{count} of {people} signed in' },
  withoutPhone: { zh: '电话未注册', en: 'Phone not registered' },
  agentsBar: { zh: '各状态人数', en: 'Agents by state' },

  queue: { zh: '队列', en: 'Queue' },
  queueWaiting: { zh: '排队', en: 'Wait' },
  queueLongest: { zh: '最长', en: 'Longest' },
  queueReady: { zh: '就绪', en: 'Ready' },
  queueTalking: { zh: '通话', en: 'Talk' },
  queueLevel: { zh: '服务水平', en: 'Level' },
  byWaiting: { zh: '按排队人数', en: 'By callers waiting' },
  moreQueues: { zh: '另有 {count} 个队列', en: '{count} more queues', one: '1 more queue' },

  curve: { zh: '进入排队的来电', en: 'Calls offered' },
  perInterval: { zh: '每 15 分钟', en: 'per 15 minutes' },
  curveToday: { zh: '今日', en: 'Today' },
  curveLastWeek: { zh: '上周同日', en: 'Same day last week' },
  aboveLastWeek: { zh: '高于上周 {percent}%', en: '{percent}% above last week' },
  belowLastWeek: { zh: '低于上周 {percent}%', en: '{percent}% below last week' },
  hour: { zh: '时段', en: 'From' },
  oClock: { zh: '24 时', en: '24 h' },

  alerts: { zh: '告警', en: 'Alerts' },
  alertCount: { zh: '{count} 条', en: '{count} open', one: '1 open' },
  noAlerts: { zh: '没有告警', en: 'Nothing to act on' },
  moreAlerts: { zh: '另有 {count} 条', en: '{count} more', one: '1 more' },
  telephony_lost: { zh: '电话服务没有心跳', en: 'The telephony service gives no sign of life' },
  telephony_lost_hint: { zh: '通话继续；来电转入备用队列', en: 'Calls go on; new callers go to the reserve queue' },
  pbx_lost: { zh: '与电话交换机的连接断开', en: 'The link to the telephone exchange is cut' },
  pbx_lost_hint: { zh: '正在重连', en: 'Connecting again' },
  nobody_signed_in: { zh: '{queue}没有签入的座席', en: '{queue}: no agent signed in' },
  nobody_ready: { zh: '{queue}没有就绪座席', en: '{queue}: no agent ready' },
  long_wait: { zh: '{queue}等待过久', en: '{queue}: callers wait too long' },
  low_service_level: { zh: '{queue}服务水平低于目标', en: '{queue}: service level under target' },
  waitingHint: { zh: '{count} 人排队，最长 {wait}', en: '{count} waiting, longest {wait}' },
  levelHint: { zh: '本时段 {value}%，目标 {target}%', en: '{value}% in this interval, target {target}%' },

  overLong: { zh: '超长通话', en: 'Over-long calls' },
  overShort: { zh: '超短通话', en: 'Over-short calls' },
  minutesAndMore: { zh: '{count} 分钟及以上', en: '{count} minutes and more' },
  secondsAndLess: { zh: '{count} 秒及以下', en: '{count} s and less' },
  byQueueLimit: { zh: '按队列时限', en: "each queue's limit" },
  callsToday: { zh: '今日 {count} 通', en: '{count} today' },
  noOverLong: { zh: '现在没有超长通话', en: 'No over-long call now' },
  noOverShort: { zh: '今日没有超短通话', en: 'No over-short call today' },
  endedAt: { zh: '{time} 结束', en: 'ended {time}' },
  agentReleased: { zh: '座席先挂机', en: 'Agent hung up' },
  callerReleased: { zh: '旅客先挂机', en: 'Passenger hung up' },
  systemReleased: { zh: '系统挂断', en: 'System hung up' },

  team: { zh: '班组', en: 'Team' },
  teamTalking: { zh: '通话', en: 'Talk' },
  teamReady: { zh: '就绪', en: 'Ready' },
  teamWrapUp: { zh: '整理', en: 'Wrap-up' },
  teamNotReady: { zh: '示忙', en: 'Not ready' },
  teamSignedIn: { zh: '签入', en: 'In' },
})

const WEEKDAYS = { zh: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'], en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] }
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

/** A date of the frame (2026-07-17) as it stands over the board: 7月17日 周五, or Friday's Fri 17 July. */
export function formatDay(day: string, language: 'zh' | 'en'): string {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number)
  const weekday = WEEKDAYS[language][new Date(Date.UTC(year, month - 1, date)).getUTCDay()]
  return language === 'zh' ? `${month}月${date}日 ${weekday}` : `${weekday} ${date} ${MONTHS[month - 1]}`
}
