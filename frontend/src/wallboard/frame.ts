/* The wallboard's frame, as reports/wallboard.py makes it. */

import { pageLanguage } from '@/shared/i18n'
import type { LiveMessage } from '@/shared/live'
import type { AgentState, Level } from '@/shared/states'

export interface Named {
  code: string
  name: string
  name_en: string
}

export interface Selection {
  queues: string[]
  teams: string[]
  centre: string | null
}

export interface Boot {
  selection: Selection
  centre: Named | null
  queues: Named[]
  teams: Named[]
}

export const COUNTS = [
  'received',
  'self_service',
  'left_menu',
  'offered',
  'answered',
  'abandoned',
  'short_abandoned',
  'blocked',
] as const
export type CountName = (typeof COUNTS)[number]
/** null: not known for this part of the centre. */
export type Counts = Record<CountName, number | null>

export interface Figures extends Counts {
  service_level: number | null
  speed_of_answer_seconds: number | null
  answer_rate: number | null
  abandonment_rate: number | null
}

export interface QueueRow extends Named {
  waiting: number
  oldest: string | null
  oldest_level: Level
  ready: number
  staffed: number
  talking: number
  service_level: number | null
  target: number
  level: Level
}

export interface OddCall {
  id: number
  queue: Named | null
  staff_no: string
  caller: string
  seconds: number
  ended_at: string
  released_by: '' | 'caller' | 'agent' | 'system'
}

export interface LongCall {
  id: number
  queue: Named | null
  staff_no: string
  caller: string
  since: string
  state: AgentState
  level: Level
}

export interface Alert {
  key: string
  kind: 'telephony_lost' | 'pbx_lost' | 'nobody_signed_in' | 'nobody_ready' | 'long_wait' | 'low_service_level'
  level: Level
  since: string | null
  queue: Named | null
  waiting?: number
  oldest?: string
  value?: number
  target?: number
}

export interface WallboardFrame extends LiveMessage {
  at: string
  day: string
  interval: { start: string; end: string }
  live: {
    in_menu: number | null
    waiting: number
    ringing: number
    talking: number
    on_hold: number
    oldest: string | null
    oldest_level: Level
  }
  agents: {
    people: number
    signed_in: number
    /** Signed in, but the phone is not registered: no call can reach them. */
    without_phone: number
    states: Record<AgentState, number>
    teams: (Named & { states: Record<AgentState, number> })[]
  }
  figures: { today: Figures; interval: Figures; previous: Figures; today_closed: Counts; last_week: Counts }
  service_level: { variant: 'without_short' | 'answered_only'; seconds: number | null; target: number | null; level: Level }
  queues: QueueRow[]
  curve: { step_minutes: number; today: number[]; last_week: number[] }
  over_long: { limit_seconds: number | null; live: number; today: number; calls: LongCall[]; ended: OddCall[] }
  over_short: { limit_seconds: number | null; today: number; calls: OddCall[] }
  alerts: Alert[]
}

/** A name in the page's language. */
export function named(thing: Named | null): string {
  if (thing === null) return '—'
  return pageLanguage() === 'zh' ? thing.name : thing.name_en || thing.name
}

const WHOLE = new Intl.NumberFormat('en-US')
const ONE_PLACE = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })

/** A count with thousands apart; a dash where there is no figure. */
export function formatCount(value: number | null): string {
  return value === null ? '—' : WHOLE.format(value)
}

/** One place after the point; never rounded up to a whole hundred that was not reached. */
export function formatPercent(value: number | null): string {
  if (value === null) return '—'
  return ONE_PLACE.format(value < 100 && value > 99.9 ? 99.9 : value)
}

/** By how much a count differs from last week's, in percent; empty where there is too little to compare. */
export function formatChange(now: number | null, before: number | null): string {
  if (now === null || before === null || before < FEWEST_TO_COMPARE) return ''
  const percent = (100 * (now - before)) / before
  if (Math.abs(percent) < 0.05) return '±0.0%'
  return `${percent < 0 ? '−' : '+'}${ONE_PLACE.format(Math.abs(percent))}%`
}
const FEWEST_TO_COMPARE = 20
