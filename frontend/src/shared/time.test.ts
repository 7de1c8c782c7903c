import { afterEach, describe, expect, it, vi } from 'vitest'

import { formatClock, formatMoment, secondsSince, serverNow, setServerTime } from './time'

afterEach(() => {
  vi.useRealTimers()
  setServerTime(new Date().toISOString())
})

describe('a clock', () => {
  it('shows minutes and seconds, and hours only from the first', () => {
    expect([0, 59, 252, 3600, 36_061].map(formatClock)).toEqual(['00:00', '00:59', '04:12', '1:00:00', '10:01:01'])
  })

  it('never runs below zero', () => {
    expect(formatClock(-5)).toBe('00:00')
    expect(secondsSince('2026-07-16T01:00:10Z', Date.parse('2026-07-16T01:00:00Z'))).toBe(0)
  })

  it("counts by the server's time, whatever this computer thinks", () => {
    vi.useFakeTimers({ now: Date.parse('2026-07-16T01:00:00Z') })
    setServerTime('2026-07-16T01:00:30Z')
    vi.advanceTimersByTime(2000)
    expect(secondsSince('2026-07-16T01:00:00Z', serverNow())).toBe(32)
  })

  it('keeps its time when the server sends nonsense', () => {
    const before = serverNow()
    setServerTime('yesterday')
    expect(Math.abs(serverNow() - before)).toBeLessThan(1000)
  })
})

describe('a moment', () => {
  const at = Date.parse('2026-07-17T02:42:00Z') // 10:42 in Shanghai
  const zh = { at, timeZone: 'Asia/Shanghai', language: 'zh' as const }
  const en = { ...zh, language: 'en' as const }

  it('of today is a time', () => {
    expect(formatMoment('2026-07-17T00:05:00Z', zh)).toBe('08:05')
  })

  it('belongs to the day of the centre, not of UTC', () => {
    expect(formatMoment('2026-07-16T16:30:00Z', zh)).toBe('00:30')
  })

  it('of this year has its date', () => {
    expect(formatMoment('2026-07-16T01:12:00Z', zh)).toBe('07-16 09:12')
    expect(formatMoment('2026-07-16T01:12:00Z', en)).toBe('16 Jul 09:12')
  })

  it('of another year has the year too', () => {
    expect(formatMoment('2025-12-31T01:12:00Z', zh)).toBe('2025-12-31 09:12')
    expect(formatMoment('2025-12-31T01:12:00Z', en)).toBe('31 Dec 2025 09:12')
  })
})
