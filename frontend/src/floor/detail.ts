/* An agent's details: asked for when he is chosen, when his state or call changes, and now and then. */

import { onUnmounted, ref, watch, type Ref } from 'vue'

import { getJson } from '@/shared/http'

import type { AgentDetail, FloorAgent } from './frame'

const AGAIN_MILLISECONDS = 15_000

export function useDetail(
  agent: Readonly<Ref<FloorAgent>>,
  address: string,
  centre: Readonly<Ref<string>>,
): { detail: Ref<AgentDetail | null>; hasFailed: Ref<boolean> } {
  const detail = ref<AgentDetail | null>(null)
  const hasFailed = ref(false)
  let asking: AbortController | undefined

  async function ask(): Promise<void> {
    asking?.abort()
    const mine = (asking = new AbortController())
    try {
      const query = new URLSearchParams({ centre: centre.value })
      const found = await getJson<AgentDetail>(`${address}${agent.value.id}/?${query}`, mine.signal)
      if (mine.signal.aborted) return
      detail.value = found
      hasFailed.value = false
    } catch {
      if (!mine.signal.aborted) hasFailed.value = true
    }
  }

  watch(
    () => agent.value.id,
    () => (detail.value = null),
  )
  watch(() => [agent.value.id, agent.value.state, agent.value.call?.id], ask, { immediate: true })
  const timer = setInterval(ask, AGAIN_MILLISECONDS)
  onUnmounted(() => {
    clearInterval(timer)
    asking?.abort()
  })
  return { detail, hasFailed }
}
