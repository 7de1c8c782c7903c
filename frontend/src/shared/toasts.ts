/* Passing messages, bottom left of the work area: six seconds, at most three, an undo where there is one.
 * The list itself (#toasts) stands in base.html, so that server messages and scripts share it. */

export interface Toast {
  text: string
  level?: 'good' | 'watch' | 'bad'
  action?: { label: string; run(): void }
}

const STAYS_MILLISECONDS = 6000
const AT_MOST = 3

export function toast({ text, level = 'good', action }: Toast): void {
  const list = document.getElementById('toasts')
  if (!list) return
  const item = document.createElement('div')
  item.className = 'toast'
  item.dataset.level = level
  item.append(text)
  if (action) item.append(actionButton(action, item))
  list.append(item)
  while (list.children.length > AT_MOST) list.firstElementChild?.remove()
  expire(item)
}

/** Take the message away after its time; the pointer or the focus on it keeps it. */
export function expire(item: HTMLElement): void {
  setTimeout(() => {
    if (item.matches(':hover, :focus-within')) expire(item)
    else item.remove()
  }, STAYS_MILLISECONDS)
}

function actionButton(action: { label: string; run(): void }, item: HTMLElement): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = action.label
  button.addEventListener('click', () => {
    item.remove()
    action.run()
  })
  return button
}
