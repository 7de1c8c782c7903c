import { useKeys, type KeyMap } from './keys'
import type { Controller } from './controller'

/** Which key does what; the same list is shown in the help column. */
export function useDeskKeys(controller: Controller): void {
  const { desk, writing } = controller
  const inWrapUp = () => desk.code === 'wrap_up'
  const hasDraft = () => writing.content.call_id !== 0

  const always: KeyMap = {
    F2: controller.answer,
    'Shift+F2': controller.hangUp,
    F4: controller.toggleHold,
    F6: controller.toggleMute,
    F10: controller.openReasons,
    'Alt+e': controller.extend,
    'Alt+1': () => focusPart('passenger'),
    'Alt+2': () => focusPart('reason'),
    'Alt+3': () => focusPart('note'),
    'Alt+4': () => focusPart('result'),
    'Alt+5': () => focusPart('phrases'),
    'Ctrl+s': () => (hasDraft() ? void writing.saveNow() : false),
    'Ctrl+Enter': () => (inWrapUp() ? void controller.finish() : false),
    Escape: () => closeTop(controller),
  }
  const whenNotTyping: KeyMap = {
    y: () => (inWrapUp() ? writing.write({ first_call_resolved: true }) : false),
    n: () => (inWrapUp() ? writing.write({ first_call_resolved: false }) : false),
    '/': () => focusPart('reason'),
    '?': () => void (controller.isHelpOpen.value = !controller.isHelpOpen.value),
  }
  for (const digit of [1, 2, 3, 4, 5]) {
    whenNotTyping[String(digit)] = () => {
      const result = desk.reference?.results[digit - 1]
      return inWrapUp() && result && !controller.isReasonMenuOpen.value ? writing.write({ result: result.code }) : false
    }
  }
  useKeys(always, whenNotTyping)
}

/** Each part marks the element to go to with `data-part`. */
function focusPart(name: string): boolean {
  const part = document.querySelector<HTMLElement>(`[data-part="${name}"]`)
  part?.focus()
  return part !== null
}

function closeTop(controller: Controller): boolean {
  const open = [controller.isReasonMenuOpen, controller.isKeypadOpen, controller.isHelpOpen].find((part) => part.value)
  if (open) {
    open.value = false
    return true
  }
  const active = document.activeElement
  // Out of the note with Esc, so that digits choose the result.
  if (controller.desk.code !== 'wrap_up' || !(active instanceof HTMLTextAreaElement)) return false
  active.blur()
  return true
}
