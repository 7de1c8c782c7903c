/* The desk's keys. They work in any field, never while an input method is composing, and can be turned off. */

import { onScopeDispose, ref, watch } from 'vue'

/** A combination as `Shift+F2`, `Ctrl+Enter`, `Alt+e`, `1`. */
export type Combination = string
export type KeyMap = Record<Combination, () => boolean | void>

const STORAGE = 'desk-keys'
export const areKeysOn = ref(localStorage.getItem(STORAGE) !== 'off')
watch(areKeysOn, (on) => (on ? localStorage.removeItem(STORAGE) : localStorage.setItem(STORAGE, 'off')))

export function combinationOf(event: KeyboardEvent): Combination {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  const parts = [event.ctrlKey || event.metaKey ? 'Ctrl' : '', event.altKey ? 'Alt' : '']
  if (event.shiftKey && event.key.length > 1) parts.push('Shift')
  // With Alt held some systems compose another letter; the place of the key tells which was meant.
  const plain = event.altKey && /^(Key|Digit)/.test(event.code) ? event.code.replace(/^(Key|Digit)/, '').toLowerCase() : key
  return [...parts.filter(Boolean), plain].join('+')
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type)
}

/** `always`: work in any field. `whenNotTyping`: plain letters and digits. A handler that returns false did nothing. */
export function useKeys(always: KeyMap, whenNotTyping: KeyMap): void {
  function onKey(event: KeyboardEvent): void {
    if (!areKeysOn.value || event.isComposing || event.keyCode === 229 || event.repeat) return
    const combination = combinationOf(event)
    const handler = always[combination] ?? (isTyping(event.target) ? undefined : whenNotTyping[combination])
    if (!handler || handler() === false) return
    event.preventDefault()
    event.stopPropagation()
  }
  window.addEventListener('keydown', onKey, true)
  onScopeDispose(() => window.removeEventListener('keydown', onKey, true))
}
