import { describe, expect, it } from 'vitest'

import { translator, type Language } from './i18n'

const phrases = {
  ready: { zh: '就绪', en: 'Ready' },
  waiting: { zh: '{count} 通等待', en: '{count} calls waiting', one: '1 call waiting' },
}
const speak = (language: Language) => translator(phrases, () => language)

describe('a phrase', () => {
  it('comes in the language of the page', () => {
    expect([speak('zh')('ready'), speak('en')('ready')]).toEqual(['就绪', 'Ready'])
  })

  it('takes its values', () => {
    expect(speak('zh')('waiting', { count: 3 })).toBe('3 通等待')
  })

  it('has an English singular', () => {
    expect([1, 2].map((count) => speak('en')('waiting', { count }))).toEqual(['1 call waiting', '2 calls waiting'])
  })

  it('shows a value that was forgotten rather than hiding it', () => {
    expect(speak('en')('waiting')).toBe('{count} calls waiting')
  })
})
