/* Behaviour of server-rendered pages. Each part is found by its attribute; a page without it pays nothing. */

import { currentScheme, saveScheme, showScheme, shownScheme } from './preferences'
import { expire } from './toasts'
import { formatClock, serverNow, setServerTime } from './time'

export function startPage(root: Document = document): void {
  const now = root.documentElement.dataset.now
  if (now) setServerTime(now)
  root.querySelectorAll<HTMLElement>('#toasts > .toast').forEach(expire)
  root.querySelectorAll<HTMLElement>('[data-width]').forEach(showWidth)
  root.querySelectorAll<HTMLElement>('[data-clock-since]').forEach(runClock)
  root.querySelectorAll<HTMLElement>('[data-station-clock]').forEach(runStationClock)
  root.querySelectorAll<HTMLFormElement>('form[data-guard]').forEach(guardUnsaved)
  root.addEventListener('click', onClick)
  root.addEventListener('change', onChange)
  root.addEventListener('keydown', onKey)
  markScheme(root)
}

/** A share of the width, 0 to 100, that a template cannot write as a style under our security policy. */
function showWidth(element: HTMLElement): void {
  element.style.width = `${Math.min(100, Math.max(0, Number(element.dataset.width)))}%`
}

function runClock(element: HTMLElement): void {
  const since = Date.parse(element.dataset.clockSince ?? '')
  const show = () => (element.textContent = formatClock((serverNow() - since) / 1000))
  show()
  setInterval(show, 1000)
}

function runStationClock(element: HTMLElement): void {
  const timeZone = document.documentElement.dataset.timeZone
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const show = () => (element.textContent = format.format(serverNow()))
  show()
  setInterval(show, 1000)
}

/** Ask before leaving a page with a form that was changed and not sent. */
function guardUnsaved(form: HTMLFormElement): void {
  let changed = false
  form.addEventListener('input', () => (changed = true))
  form.addEventListener('submit', () => (changed = false))
  window.addEventListener('beforeunload', (event) => changed && event.preventDefault())
}

function onClick(event: MouseEvent): void {
  const target = event.target as HTMLElement
  closeMenusExcept(target.closest('details.menu'))
  const actor = target.closest<HTMLElement>('[data-opens], [data-closes], [data-fill], [data-reveals], [data-scheme-switch], [data-nav]')
  if (actor) return act(actor)
  openRow(target, event)
}

function act(actor: HTMLElement): void {
  const { opens, fill, reveals } = actor.dataset
  if (opens !== undefined) openDialog(opens)
  if (actor.dataset.closes !== undefined) actor.closest('dialog')?.close()
  if (fill !== undefined) fillFields(new URLSearchParams(fill))
  if (reveals !== undefined) revealPassword(actor, reveals)
  if (actor.dataset.schemeSwitch !== undefined) void switchScheme()
  if (actor.dataset.nav !== undefined) toggleNavigation(actor.dataset.nav === 'open')
}

function openDialog(selector: string): void {
  closeMenusExcept(null)
  document.querySelector<HTMLDialogElement>(selector)?.showModal()
}

/** The whole row opens; a link, a button or a marked piece of text in it keeps its own meaning. */
function openRow(target: HTMLElement, event: MouseEvent): void {
  const row = target.closest<HTMLElement>('tr[data-href]')
  if (!row || target.closest('a, button, input, label, summary') || String(window.getSelection())) return
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, '_blank', 'noopener')
  else window.location.assign(row.dataset.href ?? '')
}

function onChange(event: Event): void {
  const field = event.target as HTMLElement
  const form = field.closest<HTMLFormElement>('form[data-send-on-change]')
  if (form) form.requestSubmit()
}

function onKey(event: KeyboardEvent): void {
  if (event.isComposing) return
  if (event.key === 'Escape') {
    closeMenusExcept(null)
    toggleNavigation(false)
  }
  if (event.key === '/' && !isTyping(event.target as HTMLElement)) {
    const search = document.querySelector<HTMLInputElement>('.search input')
    if (search) {
      event.preventDefault()
      search.focus()
    }
  }
}

function isTyping(element: HTMLElement): boolean {
  return element.matches('input, textarea, select, [contenteditable]')
}

function closeMenusExcept(kept: Element | null): void {
  document.querySelectorAll<HTMLDetailsElement>('details.menu[open]').forEach((menu) => {
    if (menu === kept) return
    const hadFocus = menu.contains(document.activeElement)
    menu.open = false
    if (hadFocus) menu.querySelector('summary')?.focus()
  })
}

function fillFields(values: URLSearchParams): void {
  for (const [name, value] of values) {
    const field = document.querySelector<HTMLInputElement>(`[name="${name}"]`)
    if (field) field.value = value
  }
  document.querySelector<HTMLButtonElement>('form button.primary')?.focus()
}

function revealPassword(button: HTMLElement, selector: string): void {
  const field = document.querySelector<HTMLInputElement>(selector)
  if (!field) return
  const shown = field.type === 'password'
  field.type = shown ? 'text' : 'password'
  button.setAttribute('aria-pressed', String(shown))
  button.querySelector('use')?.setAttribute('href', shown ? '#i-eye-off' : '#i-eye')
}

async function switchScheme(): Promise<void> {
  const scheme = shownScheme() === 'dark' ? 'light' : 'dark'
  document.querySelectorAll<HTMLInputElement>(`input[name="scheme"][value="${scheme}"]`).forEach((choice) => (choice.checked = true))
  showScheme(scheme)
  markScheme(document)
  await saveScheme(scheme)
}

/** The button shows the scheme one would come to. */
function markScheme(root: Document): void {
  const icon = shownScheme() === 'dark' ? '#i-sun' : '#i-moon'
  root.querySelectorAll('[data-scheme-switch] use').forEach((use) => use.setAttribute('href', icon))
  root.documentElement.dataset.schemeChosen = currentScheme()
}

function toggleNavigation(open: boolean): void {
  document.querySelector('.nav')?.classList.toggle('open', open)
  const shade = document.querySelector<HTMLElement>('.nav-shade')
  if (shade) shade.hidden = !open
}
