/* The agent's day so far, read anew whenever the desk comes to rest. */

import { ref } from 'vue'

import { getJson } from '@/shared/http'

import type { Day } from './types'

export const day = ref<Day | null>(null)
export const hasDayFailed = ref(false)

export async function loadDay(url: string): Promise<void> {
  try {
    day.value = await getJson<Day>(url)
    hasDayFailed.value = false
  } catch {
    hasDayFailed.value = true
  }
}
