/* Words of the Vue pages. Each part keeps its own catalogue in src/i18n/<part>.ts, both languages side by side:
 *
 *   export const t = translator({
 *     ready: { zh: '就绪', en: 'Ready' },
 *     callsWaiting: { zh: '{count} 通等待', en: '{count} calls waiting', one: '1 call waiting' },
 *   })
 *   t('callsWaiting', { count: 3 })
 */

export type Language = 'zh' | 'en'
export interface Phrase {
  zh: string
  en: string
  /** English for a `count` of exactly 1. */
  one?: string
}
type Values = Record<string, string | number>

/** The language of the page: the server chose it and wrote it on <html lang>. */
export function pageLanguage(): Language {
  return document.documentElement.lang.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

export function translator<Key extends string>(
  phrases: Record<Key, Phrase>,
  language: () => Language = pageLanguage,
): (key: Key, values?: Values) => string {
  return (key, values = {}) => fill(choose(phrases[key], language(), values), values)
}

function choose(phrase: Phrase, language: Language, values: Values): string {
  if (language === 'en' && phrase.one !== undefined && values.count === 1) return phrase.one
  return phrase[language]
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
