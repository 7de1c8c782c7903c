/* The desk's one store. It holds what the server said, whole sections at a time, and carries wishes back.
 * Law: snapshot + patches = fresh snapshot; nothing here is guessed ahead of the server. */

import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowReactive, shallowRef } from 'vue'

import { openLine, type CommandResult, type LineState, type LiveLine, type LiveMessage } from '@/shared/live'

import type { Sections } from './types'

export type CommandName =
  | 'sign_in'
  | 'sign_out'
  | 'go_ready'
  | 'go_not_ready'
  | 'reject'
  | 'hang_up'
  | 'finish_wrap_up'
  | 'extend_wrap_up'
  | 'save_draft'
  | 'phone_status'
  | 'look'

const SECTIONS: (keyof Sections)[] = ['me', 'state', 'call', 'draft', 'today', 'phone', 'reference']

/** Replace the sections that came; sections of kinds we do not know are left out. */
export function applySections(target: Partial<Sections>, changed: Partial<Sections>): void {
  for (const name of SECTIONS) if (name in changed) Object.assign(target, { [name]: changed[name] })
}

export const useDesk = defineStore('desk', () => {
  const sections = shallowReactive<Partial<Sections>>({})
  const line = shallowRef<LiveLine | null>(null)
  const takenOver = ref(false)
  const busy = reactive<Partial<Record<CommandName, boolean>>>({})
  /** Why the last wish of a kind was refused; gone with the next try or the next state. */
  const refusals = reactive<Partial<Record<CommandName, CommandResult>>>({})
  const freshListeners: (() => void)[] = []

  const loaded = computed(() => sections.state !== undefined)
  const me = computed(() => sections.me ?? null)
  const state = computed(() => sections.state ?? null)
  const code = computed(() => sections.state?.code ?? 'offline')
  const call = computed(() => sections.call ?? null)
  const serverDraft = computed(() => sections.draft ?? null)
  const today = computed(() => sections.today ?? null)
  const phone = computed(() => sections.phone ?? null)
  const reference = computed(() => sections.reference ?? null)
  const isInCall = computed(() => ['offered', 'talking', 'on_hold', 'wrap_up'].includes(code.value))
  const isConnected = computed(() => code.value === 'talking' || code.value === 'on_hold')
  const lineState = computed<LineState | 'taken_over'>(() =>
    takenOver.value ? 'taken_over' : (line.value?.state.value ?? 'connecting'),
  )
  const lostAt = computed(() => line.value?.lostAt.value ?? null)
  const isLive = computed(() => lineState.value === 'live')

  function receive(changed: Partial<Sections>): void {
    const before = sections.state?.code
    applySections(sections, changed)
    if (sections.state?.code !== before) for (const name of Object.keys(refusals)) delete refusals[name as CommandName]
  }

  /** Open the line; `tab` and `openedAt` let the server tell the newest page of an agent from the others. */
  function open(tab: string, openedAt: number): void {
    takenOver.value = false
    line.value = openLine(`/ws/desk/?tab=${tab}&opened=${Math.round(openedAt)}&language=${document.documentElement.lang}`, {
      onSnapshot: (message) => {
        receive(message.sections as Partial<Sections>)
        for (const listener of freshListeners) listener()
      },
      onPatch: (message) => receive(message.sections as Partial<Sections>),
      onMessage,
    })
  }

  function onMessage(message: LiveMessage): void {
    if (message.type !== 'taken_over') return
    takenOver.value = true
    line.value?.close()
  }

  /** Runs after each snapshot, the first one and each one after a loss of the line. */
  function onFresh(listener: () => void): void {
    freshListeners.push(listener)
  }

  async function run(name: CommandName, data: object = {}): Promise<CommandResult> {
    if (!line.value) return { ok: false, code: 'line_lost', detail: '' }
    busy[name] = true
    delete refusals[name]
    const result = await line.value.command(name, data)
    busy[name] = false
    if (!result.ok) refusals[name] = result
    return result
  }

  return {
    sections, takenOver, busy, refusals,
    loaded, me, state, code, call, serverDraft, today, phone, reference,
    isInCall, isConnected, lineState, lostAt, isLive,
    open, receive, onFresh, run,
  }
})
