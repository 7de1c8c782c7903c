/* What a person chose about the look of the pages. The server keeps it on the user; the page shows it at once. */

import { postForm } from './http'

export type Scheme = 'system' | 'light' | 'dark'

const PATH = '/accounts/preferences/'

export function showScheme(scheme: Scheme): void {
  if (scheme === 'system') delete document.documentElement.dataset.bsTheme
  else document.documentElement.dataset.bsTheme = scheme
}

export function currentScheme(): Scheme {
  const forced = document.documentElement.dataset.bsTheme
  return forced === 'light' || forced === 'dark' ? forced : 'system'
}

/** What the eye sees now, whether chosen here or by the system. */
export function shownScheme(): 'light' | 'dark' {
  const chosen = currentScheme()
  if (chosen !== 'system') return chosen
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

export async function saveScheme(scheme: Scheme): Promise<void> {
  showScheme(scheme)
  await postForm(PATH, { scheme: scheme === 'system' ? '' : scheme })
}

/** Text comes from the server and from catalogues read at start, so a new language needs a new page. */
export async function saveLanguage(language: 'zh-hans' | 'en'): Promise<void> {
  await postForm(PATH, { language })
  window.location.reload()
}
