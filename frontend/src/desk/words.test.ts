import { describe, expect, it } from 'vitest'

import { combinationOf, isTyping } from './keys'
import { beginLine, breakLine } from './note'
import { callsInThirtyDays, showNumber } from './passenger'
import { markMatches, searchReasons } from './reasons'
import type { DeskCall, ReasonNode } from './types'

const node = (id: number, name: string, path: string, words: string, leaf = true): ReasonNode => ({
  id, code: `r${id}`, name, path, leaf, depth: leaf ? 1 : 0, words,
})
const TREE = [
  node(1, '遗失物品', '', '遗失物品 yishiwupin yswp', false),
  node(2, '遗失物品：下车后', '遗失物品', 'Lost after leaving yishiwupinxiachehou yswpxch'),
  node(3, '车票遗失与补办', '票务', 'Lost ticket chepiaoyishi cpys'),
  node(4, '改签', '票务', 'gaiqian gq'),
]
const ids = (query: string) => searchReasons(TREE, query).map(({ id }) => id)

describe('the reason search', () => {
  it('puts leaves that begin with the word first and branches last', () => expect(ids('遗失')).toEqual([2, 3, 1]))
  it('knows pinyin', () => expect(ids('gaiqian')).toEqual([4]))
  it('knows initials', () => expect(ids('yswp')).toEqual([2, 1]))
  it('knows the other language', () => expect(ids('lost ticket')).toEqual([3]))
  it('finds by the branch above', () => expect(ids('票务')).toEqual([3, 4]))
  it('gives the whole tree for nothing', () => expect(ids('  ')).toEqual([1, 2, 3, 4]))
  it('marks what matched', () =>
    expect(markMatches('车票遗失与补办', '遗失')).toEqual([
      { text: '车票', hit: false }, { text: '遗失', hit: true }, { text: '与补办', hit: false },
    ]))
  it('takes signs as signs', () => expect(markMatches('a(b', '(')).toHaveLength(3))
})

describe('a note', () => {
  it('begins with the time of its first word', () => expect(beginLine('b', 1, '10:37')).toEqual({ text: '10:37 b', caret: 7 }))
  it('is left alone further on', () => expect(beginLine('10:37 black', 11, '10:38').text).toBe('10:37 black'))
  it('is left alone outside a call', () => expect(beginLine('b', 1, '').text).toBe('b'))
  it('begins each line with its time', () =>
    expect(breakLine('10:37 bag', 9, 9, '10:38')).toEqual({ text: '10:37 bag\n10:38 ', caret: 16 }))
})

describe('a number', () => {
  it('hides its middle', () => expect(showNumber('13812342046')).toBe('138 **** 2046'))
  it('stays hidden when it comes so', () => expect(showNumber('138****2046')).toBe('138 **** 2046'))
  it('of a service is shown', () => expect(showNumber('12306')).toBe('12306'))
})

it('counts the calls of thirty days with the one in hand', () => {
  const at = (days: number) => new Date(Date.UTC(2026, 6, 17) - days * 86_400_000).toISOString()
  const history = [at(1), at(29), at(31)].map((when) => ({ at: when, queue: '', reason: '', agent: '', outcome: '', seconds: 0 }))
  expect(callsInThirtyDays({ history } as unknown as DeskCall, Date.UTC(2026, 6, 17))).toBe(3)
})

describe('a key', () => {
  const press = (init: KeyboardEventInit) => combinationOf(new KeyboardEvent('keydown', init))
  it('is named with what is held', () => expect(press({ key: 'F2', shiftKey: true })).toBe('Shift+F2'))
  it('is a letter whatever the case', () => expect(press({ key: 'Y', shiftKey: true })).toBe('y'))
  it('is known by its place while Alt is held', () => expect(press({ key: '´', altKey: true, code: 'KeyE' })).toBe('Alt+e'))
  it('in a text field is typing, on a radio it is not', () => {
    const field = document.createElement('textarea')
    const radio = Object.assign(document.createElement('input'), { type: 'radio' })
    expect([isTyping(field), isTyping(radio), isTyping(document.body)]).toEqual([true, false, false])
  })
})
