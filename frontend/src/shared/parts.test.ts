import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { describe, expect, it } from 'vitest'
import { createApp, h, type Component } from 'vue'

import { ICON_NAMES } from './icons'
import StatePill from './StatePill.vue'
import { AGENT_STATES } from './states'
import { setServerTime } from './time'
import { toast } from './toasts'

const sprite = readFileSync(resolve(process.cwd(), '../templates/components/icons.svg'), 'utf8')
const drawn = (kind: 'i' | 'g') => [...sprite.matchAll(new RegExp(`symbol id="${kind}-([\\w-]+)"`, 'g'))].map((m) => m[1])

function show(component: Component, props: object): HTMLElement {
  const place = document.createElement('div')
  createApp({ render: () => h(component, props) }).mount(place)
  return place
}

describe('the sprite', () => {
  it('holds every icon that can be asked for, and no other', () => {
    expect(drawn('i').sort()).toEqual([...ICON_NAMES].sort())
  })

  it('has a glyph for every state and level', () => {
    expect(drawn('g')).toEqual(expect.arrayContaining([...AGENT_STATES, 'good', 'watch', 'bad', 'idle']))
  })
})

describe('a state pill', () => {
  it('says the state by glyph, word and clock', () => {
    document.documentElement.lang = 'zh-Hans'
    setServerTime('2026-07-16T01:04:12Z')
    const pill = show(StatePill, { state: 'talking', since: '2026-07-16T01:00:00Z' })
    expect(pill.querySelector('use')?.getAttribute('href')).toBe('#g-talking')
    expect(pill.textContent).toMatch(/通话\s*04:12/)
  })

  it('of not ready says why', () => {
    expect(show(StatePill, { state: 'not_ready', reason: '用餐' }).textContent).toContain('用餐')
  })
})

describe('a toast', () => {
  it('is shown as text and never as markup, at most three at a time', () => {
    document.body.innerHTML = '<div id="toasts"></div>'
    for (const text of ['1', '2', '3', '<b>4</b>']) toast({ text })
    const list = document.getElementById('toasts')!
    expect([...list.children].map((item) => item.textContent)).toEqual(['2', '3', '<b>4</b>'])
  })
})
