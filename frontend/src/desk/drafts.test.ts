import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { DraftKeeper, emptyDraft, type Send } from './drafts'

const KEY = 'drafts'
const OK = { ok: true, code: 'done', detail: '' }
const AWAY = { ok: false, code: 'line_lost', detail: '' }
const note = (callId: number, text: string) => ({ ...emptyDraft(callId), note: text })

describe('a draft', () => {
  beforeEach(() => {
    localStorage.clear()
    vi.useFakeTimers()
  })
  afterEach(() => vi.useRealTimers())

  it('is in the storage of the browser before it is sent', () => {
    new DraftKeeper(KEY, async () => OK).change(note(1, 'bag'))
    expect(localStorage.getItem(KEY)).toContain('bag')
  })

  it('is sent soon after typing stops, once', async () => {
    const send = vi.fn<Send>(async () => OK)
    const keeper = new DraftKeeper(KEY, send)
    for (const text of ['b', 'ba', 'bag']) {
      keeper.change(note(1, text))
      await vi.advanceTimersByTimeAsync(200)
    }
    await vi.advanceTimersByTimeAsync(600)
    expect(send.mock.calls).toEqual([[note(1, 'bag')]])
  })

  it('is sent every three seconds at the latest while typing goes on', async () => {
    const send = vi.fn<Send>(async () => OK)
    const keeper = new DraftKeeper(KEY, send)
    for (let stroke = 0; stroke < 20; stroke += 1) {
      keeper.change(note(1, 'x'.repeat(stroke)))
      await vi.advanceTimersByTimeAsync(200)
    }
    expect(send).toHaveBeenCalledTimes(1)
  })

  it('leaves the storage when the server has it', async () => {
    const keeper = new DraftKeeper(KEY, async () => OK)
    keeper.change(note(1, 'bag'))
    await keeper.flush()
    expect(localStorage.getItem(KEY)).toBeNull()
  })

  it('stays when something was typed while it was on its way', async () => {
    const keeper: DraftKeeper = new DraftKeeper(KEY, async () => {
      keeper.change(note(1, 'bag, black'))
      return OK
    })
    keeper.change(note(1, 'bag'))
    await keeper.flush()
    expect(keeper.unsaved(1)?.note).toBe('bag, black')
  })

  it('survives a reload while the line is away, and is sent by the next page', async () => {
    const before = new DraftKeeper(KEY, async () => AWAY)
    before.change(note(1, 'bag'))
    await before.flush()
    const send = vi.fn<Send>(async () => OK)
    const after = new DraftKeeper(KEY, send)
    expect(after.contentFor(1, null).note).toBe('bag')
    await after.flush()
    expect(send).toHaveBeenCalledTimes(1)
  })

  it('of a former call is still sent during the next', async () => {
    const sent: number[] = []
    let isAway = true
    const keeper = new DraftKeeper(KEY, async (content) => {
      if (isAway) return AWAY
      sent.push(content.call_id)
      return OK
    })
    keeper.change(note(1, 'first'))
    keeper.change(note(2, 'second'))
    await keeper.flush()
    isAway = false
    await keeper.flush()
    expect(sent).toEqual([1, 2])
  })

  it('gives way to the server only when nothing of ours is unsaved', () => {
    const server = { ...note(1, 'theirs'), saved_at: null }
    const keeper = new DraftKeeper(KEY, async () => AWAY)
    expect(keeper.contentFor(1, server).note).toBe('theirs')
    keeper.change(note(1, 'ours'))
    expect(keeper.contentFor(1, server).note).toBe('ours')
    expect(keeper.contentFor(2, server).note).toBe('')
  })

  it('says whether it is kept here or refused', async () => {
    const told: string[] = []
    const results = [AWAY, { ok: false, code: 'note_too_long', detail: 'too long' }, OK]
    const keeper = new DraftKeeper(KEY, async () => results.shift()!)
    keeper.onSaved = (_call, state) => told.push(state)
    keeper.change(note(1, 'bag'))
    for (let turn = 0; turn < 3; turn += 1) await keeper.flush()
    expect(told).toEqual(['typing', 'waiting', 'refused', 'saved'])
  })
})
