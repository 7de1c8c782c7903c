import { translator } from './i18n'

export type AgentState = 'offline' | 'ready' | 'offered' | 'talking' | 'on_hold' | 'wrap_up' | 'not_ready'
export type Level = 'good' | 'watch' | 'bad' | 'idle'

/** The seven states in the order people are shown: free, being offered, with a passenger, away. */
export const AGENT_STATES: readonly AgentState[] = [
  'ready',
  'offered',
  'talking',
  'on_hold',
  'wrap_up',
  'not_ready',
  'offline',
]

export const stateName = translator<AgentState>({
  ready: { zh: '就绪', en: 'Ready' },
  offered: { zh: '振铃', en: 'Ringing' },
  talking: { zh: '通话', en: 'Talking' },
  on_hold: { zh: '保持', en: 'On hold' },
  wrap_up: { zh: '整理', en: 'Wrap-up' },
  not_ready: { zh: '示忙', en: 'Not ready' },
  offline: { zh: '离线', en: 'Offline' },
})
