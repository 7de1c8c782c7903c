/* Time on the pages is the server's: clocks count from the server's `since`, never from the page's start. */

import { onScopeDispose, readonly, ref, type Ref } from 'vue'

import { pageLanguage, type Language } from './i18n'

let aheadMilliseconds = 0
const now = ref(Date.now())
let watchers = 0
let timer: ReturnType<typeof setTimeout> | undefined

/** Call with the `now` of each snapshot, so that a wrong clock on this computer shows nowhere. */
export function setServerTime(iso: string, receivedAt = Date.now()): void {
  const server = Date.parse(iso)
  if (Number.isNaN(server)) return
  aheadMilliseconds = server - receivedAt
  now.value = serverNow()
}

/** The server's time now, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + aheadMilliseconds
}

/** The server's time in milliseconds, renewed on every full second while somebody looks. */
export function useNow(): Readonly<Ref<number>> {
  watchers += 1
  if (timer === undefined) tick()
  onScopeDispose(() => {
    watchers -= 1
    if (watchers === 0) {
      clearTimeout(timer)
      timer = undefined
    }
  })
  return readonly(now)
}

function tick(): void {
  now.value = serverNow()
  timer = setTimeout(tick, 1000 - (now.value % 1000))
}

/** Whole seconds from a moment until `at`; never below 0. */
export function secondsSince(iso: string, at: number): number {
  return Math.max(0, Math.floor((at - Date.parse(iso)) / 1000))
}

/** 04:12, from one hour 1:04:12. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}

/** A moment as people read it: today 10:42, this year 07-16 09:12 (zh) or 16 Jul 09:12 (en), else with the year. */
export function formatMoment(
  iso: string,
  options: { at?: number; timeZone?: string; language?: Language } = {},
): string {
  const { at = serverNow(), timeZone = pageTimeZone(), language = pageLanguage() } = options
  const moment = parts(new Date(iso), timeZone)
  const today = parts(new Date(at), timeZone)
  const time = `${moment.hour}:${moment.minute}`
  if (moment.year === today.year && moment.month === today.month && moment.day === today.day) return time
  if (language === 'zh') {
    const date = `${moment.month}-${moment.day}`
    return moment.year === today.year ? `${date} ${time}` : `${moment.year}-${date} ${time}`
  }
  const date = `${Number(moment.day)} ${MONTHS[Number(moment.month) - 1]}`
  return moment.year === today.year ? `${date} ${time}` : `${date} ${moment.year} ${time}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function pageTimeZone(): string {
  return document.documentElement.dataset.timeZone ?? 'Asia/Shanghai'
}

function parts(date: Date, timeZone: string): Record<'year' | 'month' | 'day' | 'hour' | 'minute', string> {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const found = Object.fromEntries(format.formatToParts(date).map((part) => [part.type, part.value]))
  return found as Record<'year' | 'month' | 'day' | 'hour' | 'minute', string>
}
