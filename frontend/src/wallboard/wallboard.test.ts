import { afterEach, describe, expect, it } from 'vitest'

import { formatDay } from '@/i18n/wallboard'

import { minuteOfDay, timeOfDay } from './clock'
import { changeOfLastHour, points, roundTop } from './curve'
import { formatChange, formatCount, formatPercent, named } from './frame'
import { freshnessOf } from './freshness'
import { ordered } from './order'
import { fitInto } from './stage'

const AT = '2026-07-17T02:42:36Z'

afterEach(() => {
  document.documentElement.lang = 'zh-Hans'
})

describe('figures', () => {
  it('show a dash where there is none', () => {
    expect([formatCount(null), formatPercent(null)]).toEqual(['—', '—'])
  })
  it('keep one place and never round up to a hundred that was missed', () => {
    expect([formatPercent(81.55), formatPercent(99.97), formatPercent(100)]).toEqual(['81.6', '99.9', '100.0'])
  })
  it('compare with last week only where enough came', () => {
    expect([formatChange(108, 100), formatChange(90, 100), formatChange(100, 100), formatChange(5, 4), formatChange(null, 100)]).toEqual([
      '+8.0%',
      '−10.0%',
      '±0.0%',
      '',
      '',
    ])
  })
})

describe('names', () => {
  const thing = { code: 'lost', name: '遗失物品', name_en: 'Lost items' }
  it('follow the language of the page', () => {
    document.documentElement.lang = 'en'
    expect(named(thing)).toBe('Lost items')
    document.documentElement.lang = 'zh-Hans'
    expect(named(thing)).toBe('遗失物品')
  })
})

describe('times', () => {
  it('are those of the centre', () => {
    expect([timeOfDay(AT), timeOfDay(AT, true), minuteOfDay(AT)]).toEqual(['10:42', '10:42:36', 642])
  })
  it('name the day as people do', () => {
    expect([formatDay('2026-07-17', 'zh'), formatDay('2026-07-17', 'en')]).toEqual(['7月17日 周五', 'Fri 17 July'])
  })
})

describe('the curve', () => {
  it('ends its axis on a round number', () => {
    expect([roundTop(0), roundTop(7), roundTop(530), roundTop(1500)].map(({ top }) => top)).toEqual([2, 10, 600, 1500])
  })
  it('puts each point in the middle of its interval', () => {
    expect(points([0, 10], 4, 10).split(' ')).toHaveLength(2)
  })
  it('compares the last hour that is over', () => {
    expect(changeOfLastHour([0, 30, 30, 30, 30], [0, 25, 25, 25, 25, 90], 15)).toBe(20)
    expect(changeOfLastHour([1, 1, 1, 1], [1, 1, 1, 1], 15)).toBeNull()
  })
})

describe('order', () => {
  const key = (item: string) => item
  it('stays under the pointer, newcomers last', () => {
    expect(ordered(['c', 'a', 'b'], key, ['a', 'b'], true)).toEqual(['a', 'b', 'c'])
  })
  it('is the given one otherwise', () => {
    expect(ordered(['c', 'a'], key, ['a', 'c'], false)).toEqual(['c', 'a'])
  })
})

describe('freshness', () => {
  const now = Date.parse(AT)
  it('is good for a few seconds, then says since when the figures stand', () => {
    expect(freshnessOf(AT, now + 2000, 'live', false).level).toBe('good')
    expect(freshnessOf(AT, now + 6000, 'lost', false)).toEqual({ level: 'watch', text: '数据停在 10:42:36' })
    expect(freshnessOf(AT, now + 20_000, 'lost', false).level).toBe('bad')
  })
  it('says so when the database does not answer, and when the line is closed for good', () => {
    expect(freshnessOf(AT, now, 'live', true).level).toBe('bad')
    expect(freshnessOf(AT, now, 'closed', false).level).toBe('bad')
  })
})

describe('the stage', () => {
  it('fits as one piece into any window, in its middle', () => {
    expect(fitInto(1920, 1080)).toEqual({ scale: 1, left: 0, top: 0 })
    expect(fitInto(1440, 900)).toEqual({ scale: 0.75, left: 0, top: 45 })
  })
})
