import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { nextTick, reactive } from 'vue'

import { DraftKeeper } from './drafts'
import type { Phone } from './phone'
import { useDesk } from './store'
import type { DeskCall, ServerDraft } from './types'
import { createWriting } from './writing'

const call = (id: number, linkedid: string) => ({ id, linkedid }) as unknown as DeskCall
const draft = (callId: number, note: string): ServerDraft => ({
  call_id: callId, reason_id: null, result: '', first_call_resolved: null, note, saved_at: '2026-07-17T02:00:00Z',
})

function open() {
  const desk = useDesk()
  const phoneState = reactive({ linkedid: '', session: 'none' })
  const keeper = new DraftKeeper('writing', async () => ({ ok: false, code: 'line_lost', detail: '' }))
  const writing = createWriting(desk, keeper, { state: phoneState } as unknown as Phone)
  return { desk, phoneState, keeper, writing }
}

describe('what is written about a call', () => {
  beforeEach(() => {
    localStorage.clear()
    setActivePinia(createPinia())
  })

  it('begins with what the server has', async () => {
    const { desk, writing } = open()
    desk.receive({ call: call(1, 'a'), draft: draft(1, 'bag') })
    await nextTick()
    expect(writing.content.note).toBe('bag')
  })

  it('is not overwritten by an older copy from the server while being typed', () => {
    const { desk, writing } = open()
    desk.receive({ call: call(1, 'a'), draft: null })
    writing.write({ note: 'bag, black' })
    desk.receive({ draft: draft(1, 'bag') })
    expect(writing.content.note).toBe('bag, black')
  })

  it('does not follow into the next call', () => {
    const { desk, writing } = open()
    desk.receive({ call: call(1, 'a') })
    writing.write({ note: 'bag' })
    desk.receive({ call: call(2, 'b') })
    expect(writing.content).toMatchObject({ call_id: 2, note: '' })
  })

  it('without the server belongs to the call that the phone had', () => {
    const { desk, phoneState, writing, keeper } = open()
    expect(writing.canWrite.value).toBe(false)
    Object.assign(phoneState, { linkedid: 'a', session: 'active' })
    writing.write({ note: 'bag' })
    desk.receive({ call: call(7, 'a') })
    expect([writing.content.note, keeper.unsaved(7)?.note]).toEqual(['bag', 'bag'])
  })

  it('without the server is not put into another call', () => {
    const { desk, phoneState, writing } = open()
    Object.assign(phoneState, { linkedid: 'a', session: 'active' })
    writing.write({ note: 'bag' })
    desk.receive({ call: call(8, 'b') })
    expect(writing.content.note).toBe('')
  })

  it('says what is missing; nobody spoke needs no first-call answer', () => {
    const { desk, writing } = open()
    desk.receive({ call: call(1, 'a') })
    expect(writing.missing.value).toEqual(['reason', 'result', 'first_call'])
    writing.write({ reason_id: 3, result: 'no_speech' })
    expect(writing.missing.value).toEqual([])
  })
})
