import { describe, expect, it } from 'vitest'

import { concernOf, type FloorAgent } from './frame'
import { nextSpot } from './moving'

const AGENT: FloorAgent = {
  id: 1, staff_no: '1001', name: '', extension: '1001', team: null, state: 'ready', since: null, reason: null,
  is_late: false, is_registered: true, call: null,
}

describe('moving among seats', () => {
  const rows = [0, 1].flatMap((y) => [0, 1, 2].map((x) => ({ x: x * 50, y: y * 60 })))
  it('keeps to rows and columns', () => {
    expect([nextSpot(rows, 0, 'ArrowRight'), nextSpot(rows, 1, 'ArrowDown'), nextSpot(rows, 5, 'ArrowUp')]).toEqual([1, 4, 2])
  })
  it('stops at the edge and leaves other keys alone', () => {
    expect([nextSpot(rows, 0, 'ArrowLeft'), nextSpot(rows, 4, 'ArrowDown'), nextSpot(rows, 0, 'x')]).toEqual([null, null, null])
  })
  it('jumps to the ends', () => {
    expect([nextSpot(rows, 3, 'Home'), nextSpot(rows, 3, 'End')]).toEqual([0, 5])
  })
})

describe('who needs a look', () => {
  it('is the agent in an over-long call before anything else', () => {
    const call = { id: 1, queue: null, answered_at: null, is_over_long: true }
    expect(concernOf({ ...AGENT, is_late: true, call })).toBe('overLong')
  })
  it('is who is signed in without a phone, but not who is away', () => {
    expect(concernOf({ ...AGENT, is_registered: false })).toBe('noPhone')
    expect(concernOf({ ...AGENT, is_registered: false, state: 'offline' })).toBeNull()
  })
})
