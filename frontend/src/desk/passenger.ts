/* How a passenger is named on the desk. */

import { t } from '@/i18n/desk'

import type { DeskCall } from './types'

/** A person's number with its middle hidden: 13812342046 or 138****2046 as 138 **** 2046. */
export function showNumber(number: string): string {
  const mobile = /^(\d{3})[\d*]{4}(\d{4})$/.exec(number)
  if (mobile) return `${mobile[1]} **** ${mobile[2]}`
  return number.length < 7 ? number : `${number.slice(0, 3)} ${'*'.repeat(number.length - 7)} ${number.slice(-4)}`
}

export function passengerName(call: DeskCall | null, sipNumber = ''): string {
  return call?.caller.name || showNumber(call?.caller.number || sipNumber) || t('unknownCaller')
}

const DAY_MILLISECONDS = 86_400_000

/** Which call this is within thirty days, the one in hand counted. */
export function callsInThirtyDays(call: DeskCall, now: number): number {
  return 1 + call.history.filter(({ at }) => now - Date.parse(at) < 30 * DAY_MILLISECONDS).length
}

export function languageName(code: string): string {
  if (code.startsWith('zh')) return t('mandarin')
  if (code.startsWith('en')) return t('english')
  return code
}
