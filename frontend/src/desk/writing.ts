/* What the agent writes about the call in hand: reason, result, first-call answer, note. */

import { computed, reactive, ref, watch } from 'vue'

import { serverNow } from '@/shared/time'

import { DraftKeeper, emptyDraft, type SaveState } from './drafts'
import type { useDesk } from './store'
import type { Phone } from './phone'
import type { DraftContent, ServerDraft } from './types'

export type Missing = 'reason' | 'result' | 'first_call'

/** Written about a call that the phone has and the server could not name yet. */
interface Unplaced extends DraftContent {
  linkedid: string
}

export function createWriting(desk: ReturnType<typeof useDesk>, keeper: DraftKeeper, phone: Phone) {
  let unplaced: Unplaced | null = null
  const content = reactive<DraftContent>(emptyDraft(0))
  const saveState = ref<SaveState>('empty')
  const saveDetail = ref('')
  const savedAt = ref<string | null>(null)
  /** Something was typed here since the call was opened: from then on the server's copy follows us. */
  let isTouched = false

  keeper.onSaved = (callId, state, detail) => {
    if (callId !== content.call_id) return
    saveState.value = state
    saveDetail.value = detail
    if (state === 'saved') savedAt.value = new Date(serverNow()).toISOString()
  }

  watch(
    () => [desk.call?.id ?? 0, desk.serverDraft] as const,
    ([callId, server]) => {
      if (callId !== content.call_id) load(callId, server)
      else if (callId !== 0 && !isTouched) load(callId, server)
    },
    { immediate: true, flush: 'sync' },
  )

  function load(callId: number, server: ServerDraft | null): void {
    placeWhatWaits(callId)
    const found = keeper.contentFor(callId, server)
    isTouched = keeper.unsaved(callId) !== undefined
    Object.assign(content, {
      call_id: callId,
      reason_id: found.reason_id,
      result: found.result,
      first_call_resolved: found.first_call_resolved,
      note: found.note,
    })
    savedAt.value = server?.call_id === callId ? server.saved_at : null
    saveState.value = isTouched ? 'waiting' : savedAt.value ? 'saved' : 'empty'
    saveDetail.value = ''
  }

  /** The line to the server is back and knows the call: what was written meanwhile belongs to it. */
  function placeWhatWaits(callId: number): void {
    if (!unplaced || callId === 0) return
    const { linkedid, ...written } = unplaced
    unplaced = null
    if (desk.call?.linkedid === linkedid) keeper.change({ ...written, call_id: callId })
  }

  function write(changed: Partial<Omit<DraftContent, 'call_id'>>): void {
    if (!canWrite.value) return
    isTouched = true
    Object.assign(content, changed)
    if (content.call_id !== 0) return keeper.change({ ...content })
    unplaced = { ...content, linkedid: phone.state.linkedid }
    saveState.value = 'waiting'
  }

  const canWrite = computed(() => content.call_id !== 0 || (phone.state.linkedid !== '' && phone.state.session !== 'incoming'))

  const missing = computed<Missing[]>(() => {
    const open: Missing[] = []
    if (content.reason_id === null) open.push('reason')
    if (content.result === '') open.push('result')
    if (content.first_call_resolved === null && content.result !== 'no_speech') open.push('first_call')
    return open
  })

  function finished(callId: number): void {
    keeper.forget(callId)
  }

  return { content, canWrite, saveState, saveDetail, savedAt, missing, write, finished, saveNow: () => keeper.flush() }
}

export type Writing = ReturnType<typeof createWriting>
