import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'

import { applySections, useDesk } from './store'
import type { DeskState, Sections } from './types'

const state = (code: DeskState['code']): DeskState => ({
  code, since: '2026-07-17T02:00:00Z', reason: null, until: null, next: null, signed_in_at: '2026-07-17T01:00:00Z',
})

describe('sections', () => {
  it('make the fresh snapshot out of a snapshot and its patches, whatever the order of kinds', () => {
    const fresh: Partial<Sections> = { state: state('wrap_up'), call: null, phone: null }
    const shown: Partial<Sections> = {}
    applySections(shown, { state: state('ready'), call: null, phone: null })
    applySections(shown, { state: state('talking') })
    applySections(shown, { state: state('wrap_up') })
    expect(shown).toEqual(fresh)
  })

  it('are replaced whole, so that nothing of the former call stays', () => {
    const shown: Partial<Sections> = { draft: { call_id: 1, reason_id: 3, result: '', first_call_resolved: null, note: 'x', saved_at: null } }
    applySections(shown, { draft: null })
    expect(shown.draft).toBeNull()
  })

  it('of unknown kinds are left out', () => {
    const shown: Partial<Sections> = {}
    applySections(shown, { tickets: [] } as Partial<Sections>)
    expect(shown).toEqual({})
  })
})

describe('the desk', () => {
  beforeEach(() => setActivePinia(createPinia()))

  it('is signed out until the server says otherwise', () => {
    expect(useDesk().code).toBe('offline')
    expect(useDesk().loaded).toBe(false)
  })

  it('counts ringing to wrap-up as being in a call', () => {
    const desk = useDesk()
    const seen = (['ready', 'offered', 'talking', 'on_hold', 'wrap_up', 'not_ready'] as const).filter((code) => {
      desk.receive({ state: state(code) })
      return desk.isInCall
    })
    expect(seen).toEqual(['offered', 'talking', 'on_hold', 'wrap_up'])
  })

  it('forgets a refusal once the state is another', () => {
    const desk = useDesk()
    desk.receive({ state: state('not_ready') })
    desk.refusals.go_ready = { ok: false, code: 'phone_not_registered', detail: '' }
    desk.receive({ state: state('ready') })
    expect(desk.refusals.go_ready).toBeUndefined()
  })
})
