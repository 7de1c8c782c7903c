/* A page's line to the server: connects, takes the snapshot, applies what follows, and starts over when the line was cut.
 * Law: snapshot + patches = fresh snapshot. A message with a number we already have changes nothing. */

import { readonly, ref, type Ref } from 'vue'

import { setServerTime } from './time'

/** connecting: first attempt · live: up to date · lost: the last data stands, we try again · closed: not coming back. */
export type LineState = 'connecting' | 'live' | 'lost' | 'closed'

export interface LiveMessage {
  type: string
  seq?: number
  now?: string
  at?: string
  [key: string]: unknown
}

export interface CommandResult {
  ok: boolean
  code: string
  detail: string
}

export interface LiveOptions {
  /** A full state (snapshot or frame). */
  onSnapshot(message: LiveMessage): void
  /** Sections that changed since; left out on pages that get whole frames. */
  onPatch?(message: LiveMessage): void
  /** Every other kind, for example taken_over. */
  onMessage?(message: LiveMessage): void
  /** How long a command may stay unanswered, in milliseconds. */
  commandTimeout?: number
  /** For streams that never pause: silence longer than this, in milliseconds, means the line is dead. */
  longestSilence?: number
}

export interface LiveLine {
  state: Readonly<Ref<LineState>>
  /** Milliseconds since 1970, our clock, when the line was cut; null while it stands. */
  lostAt: Readonly<Ref<number | null>>
  command(name: string, data?: object): Promise<CommandResult>
  close(): void
}

const FIRST_DELAY = 250
const LONGEST_DELAY = 5000
/** Closed by the server for good: not signed in (4401) or not allowed (4403). */
const FINAL_CODES = new Set([4401, 4403])
const FULL_STATES = new Set(['snapshot', 'frame'])

export function openLine(path: string, options: LiveOptions): LiveLine {
  const state = ref<LineState>('connecting')
  const lostAt = ref<number | null>(null)
  const waiting = new Map<string, (result: CommandResult) => void>()
  let socket: WebSocket | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let silence: ReturnType<typeof setTimeout> | undefined
  let attempts = 0
  let seq = -1
  let commandNumber = 0

  function connect(): void {
    clearTimeout(retry)
    const opened = new WebSocket(addressOf(path))
    socket = opened
    seq = -1
    opened.onmessage = (event) => socket === opened && receive(JSON.parse(String(event.data)) as LiveMessage)
    opened.onclose = (event) => socket === opened && lose(event.code)
  }

  function receive(message: LiveMessage): void {
    watchSilence()
    if (message.type === 'result') return answer(message)
    if (FULL_STATES.has(message.type)) return begin(message)
    if (message.type !== 'patch') return options.onMessage?.(message)
    if ((message.seq ?? 0) <= seq) return
    if (message.seq !== seq + 1) return restart()
    seq = message.seq
    options.onPatch?.(message)
  }

  function begin(message: LiveMessage): void {
    if (message.seq !== undefined && message.seq <= seq && message.type === 'frame') return
    seq = message.seq ?? 0
    attempts = 0
    const moment = message.now ?? message.at
    if (moment) setServerTime(moment)
    state.value = 'live'
    lostAt.value = null
    options.onSnapshot(message)
  }

  function answer(message: LiveMessage): void {
    waiting.get(String(message.id))?.({
      ok: message.ok === true,
      code: String(message.code ?? ''),
      detail: String(message.detail ?? ''),
    })
  }

  /** A cut cable closes no socket; only the missing messages tell. */
  function watchSilence(): void {
    clearTimeout(silence)
    if (options.longestSilence !== undefined) silence = setTimeout(restart, options.longestSilence)
  }

  /** Give this socket up and take a fresh snapshot. */
  function restart(): void {
    if (socket === undefined) return
    socket.close()
    lose(1000)
  }

  function lose(code: number): void {
    socket = undefined
    clearTimeout(silence)
    for (const settle of [...waiting.values()]) settle({ ok: false, code: 'line_lost', detail: '' })
    if (FINAL_CODES.has(code)) {
      state.value = 'closed'
      return
    }
    if (state.value === 'live') lostAt.value = Date.now()
    state.value = state.value === 'connecting' && attempts === 0 ? 'connecting' : 'lost'
    lostAt.value ??= Date.now()
    retry = setTimeout(connect, delayBefore(attempts))
    attempts += 1
  }

  function command(name: string, data: object = {}): Promise<CommandResult> {
    const id = `c${(commandNumber += 1)}`
    if (state.value !== 'live' || socket?.readyState !== WebSocket.OPEN) {
      return Promise.resolve({ ok: false, code: 'line_lost', detail: '' })
    }
    socket.send(JSON.stringify({ type: 'command', id, name, data }))
    return new Promise((resolve) => {
      const settle = (result: CommandResult) => {
        clearTimeout(deadline)
        waiting.delete(id)
        resolve(result)
      }
      const deadline = setTimeout(
        () => settle({ ok: false, code: 'no_answer', detail: '' }),
        options.commandTimeout ?? 10_000,
      )
      waiting.set(id, settle)
    })
  }

  function reconnectNow(): void {
    if (socket !== undefined || state.value === 'closed') return
    attempts = 0
    connect()
  }

  function close(): void {
    window.removeEventListener('online', reconnectNow)
    window.removeEventListener('offline', restart)
    clearTimeout(retry)
    clearTimeout(silence)
    state.value = 'closed'
    const closing = socket
    socket = undefined
    closing?.close()
  }

  window.addEventListener('online', reconnectNow)
  window.addEventListener('offline', restart)
  connect()
  return { state: readonly(state), lostAt: readonly(lostAt), command, close }
}

/** Waits double from a quarter second to five seconds; a fifth of it is chance, so desks do not return as one. */
export function delayBefore(attempt: number, chance = Math.random()): number {
  const plain = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt)
  return Math.round(plain * (0.8 + 0.4 * chance))
}

function addressOf(path: string): string {
  const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws'
  return `${scheme}://${window.location.host}${path}`
}
