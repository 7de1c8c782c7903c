/* How fresh the figures are, in words and as a level. Old figures stay, and say since when they stand. */

import { computed, type ComputedRef, type Ref } from 'vue'

import { useNow } from '@/shared/time'
import type { LineState } from '@/shared/live'
import type { Level } from '@/shared/states'
import { t } from '@/i18n/wallboard'

import { timeOfDay } from './clock'

export interface Freshness {
  level: Level
  text: string
}

/** Frames come every second; after this long without one the board says so. */
const STALE_SECONDS = 4
const VERY_STALE_SECONDS = 15

export function freshnessOf(at: string | null, now: number, line: LineState, isDatabaseAway: boolean): Freshness {
  if (line === 'closed') return { level: 'bad', text: t('closed') }
  if (at === null) return { level: 'idle', text: t('connecting') }
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000))
  const time = timeOfDay(at, true)
  if (isDatabaseAway) return { level: 'bad', text: t('databaseAway', { time }) }
  if (seconds < STALE_SECONDS) return { level: 'good', text: t('fresh', { count: seconds }) }
  return { level: seconds < VERY_STALE_SECONDS ? 'watch' : 'bad', text: t('asOf', { time }) }
}

export function useFreshness(
  at: Readonly<Ref<string | null>>,
  line: Readonly<Ref<LineState>>,
  isDatabaseAway: Readonly<Ref<boolean>>,
): ComputedRef<Freshness> {
  const now = useNow()
  return computed(() => freshnessOf(at.value, now.value, line.value, isDatabaseAway.value))
}
