import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { delayBefore, openLine, type LiveLine, type LiveMessage } from './live'

/** The browser's end of a socket whose other end is the test. */
class FakeSocket {
  static opened: FakeSocket[] = []
  static readonly OPEN = 1
  readyState = 1
  sent: string[] = []
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null

  constructor(readonly url: string) {
    FakeSocket.opened.push(this)
  }

  send(text: string): void {
    this.sent.push(text)
  }

  close(): void {
    this.readyState = 3
  }

  tell(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }

  cut(code = 1006): void {
    this.readyState = 3
    this.onclose?.({ code })
  }
}

const latest = () => FakeSocket.opened.at(-1)!
let heard: LiveMessage[]
let line: LiveLine

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.opened = []
  heard = []
  const hear = (message: LiveMessage) => heard.push(message)
  line = openLine('/ws/desk/', { onSnapshot: hear, onPatch: hear, onMessage: hear })
})

afterEach(() => {
  line.close()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const numbers = () => heard.map((message) => message.seq)

describe('a line to the server', () => {
  it('is live from the snapshot on', () => {
    expect(line.state.value).toBe('connecting')
    latest().tell({ type: 'snapshot', seq: 7, sections: {} })
    expect(line.state.value).toBe('live')
  })

  it('applies patches in order and repeated ones once', () => {
    latest().tell({ type: 'snapshot', seq: 7 })
    for (const seq of [8, 8, 7, 9]) latest().tell({ type: 'patch', seq })
    expect(numbers()).toEqual([7, 8, 9])
  })

  it('takes a fresh snapshot when a number is missing', () => {
    latest().tell({ type: 'snapshot', seq: 7 })
    latest().tell({ type: 'patch', seq: 9 })
    expect(line.state.value).toBe('lost')
    vi.advanceTimersByTime(400)
    expect(FakeSocket.opened).toHaveLength(2)
    latest().tell({ type: 'snapshot', seq: 9 })
    expect(numbers()).toEqual([7, 9])
  })

  it('comes back by itself and says since when it was lost', () => {
    latest().tell({ type: 'snapshot', seq: 1 })
    const cutAt = Date.now()
    latest().cut()
    expect([line.state.value, line.lostAt.value]).toEqual(['lost', cutAt])
    vi.advanceTimersByTime(400)
    latest().tell({ type: 'snapshot', seq: 1 })
    expect([line.state.value, line.lostAt.value]).toEqual(['live', null])
  })

  it('starts again from a lower number after the server did', () => {
    latest().tell({ type: 'snapshot', seq: 500 })
    latest().cut()
    vi.advanceTimersByTime(400)
    latest().tell({ type: 'snapshot', seq: 1 })
    latest().tell({ type: 'patch', seq: 2 })
    expect(numbers()).toEqual([500, 1, 2])
  })

  it('is not kept trying where the role is refused', () => {
    latest().cut(4403)
    vi.advanceTimersByTime(60_000)
    expect([line.state.value, FakeSocket.opened.length]).toEqual(['closed', 1])
  })

  it('keeps the newest of whole frames', () => {
    latest().tell({ type: 'frame', seq: 3 })
    latest().tell({ type: 'frame', seq: 2 })
    latest().tell({ type: 'frame', seq: 5 })
    expect(numbers()).toEqual([3, 5])
  })

  it('that is silent for too long is opened anew', () => {
    line.close()
    line = openLine('/ws/wallboard/', { onSnapshot: () => undefined, longestSilence: 5000 })
    const silent = FakeSocket.opened.length
    latest().tell({ type: 'frame', seq: 1 })
    vi.advanceTimersByTime(4900)
    expect(line.state.value).toBe('live')
    vi.advanceTimersByTime(1000)
    expect(line.state.value).toBe('lost')
    expect(FakeSocket.opened).toHaveLength(silent + 1)
  })

  it('hears nothing more from a socket that was given up', () => {
    const old = latest()
    old.tell({ type: 'snapshot', seq: 1 })
    old.cut()
    vi.advanceTimersByTime(400)
    old.tell({ type: 'patch', seq: 2 })
    expect(numbers()).toEqual([1])
  })
})

describe('a command', () => {
  const ready = () => latest().tell({ type: 'snapshot', seq: 1 })
  const idOf = (index: number) => (JSON.parse(latest().sent[index]!) as { id: string }).id

  it('is answered by its own result', async () => {
    ready()
    const first = line.command('go_ready')
    const second = line.command('go_not_ready', { reason: 'meal' })
    latest().tell({ type: 'result', id: idOf(1), ok: false, code: 'in_call', detail: 'Finish the call.' })
    latest().tell({ type: 'result', id: idOf(0), ok: true })
    expect(await first).toEqual({ ok: true, code: '', detail: '' })
    expect(await second).toEqual({ ok: false, code: 'in_call', detail: 'Finish the call.' })
  })

  it('fails at once while the line is lost', async () => {
    ready()
    latest().cut()
    expect((await line.command('go_ready')).code).toBe('line_lost')
  })

  it('under way fails when the line is cut', async () => {
    ready()
    const result = line.command('go_ready')
    latest().cut()
    expect((await result).code).toBe('line_lost')
  })

  it('does not wait for ever', async () => {
    ready()
    const result = line.command('go_ready')
    vi.advanceTimersByTime(10_000)
    expect((await result).code).toBe('no_answer')
  })
})

describe('the wait before the next attempt', () => {
  it('doubles up to five seconds', () => {
    expect([0, 1, 2, 10].map((attempt) => delayBefore(attempt, 0.5))).toEqual([250, 500, 1000, 5000])
  })

  it('is spread, so that a thousand desks do not return as one', () => {
    expect(delayBefore(10, 0)).toBe(4000)
    expect(delayBefore(10, 1)).toBe(6000)
  })
})
