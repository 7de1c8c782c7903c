/* What the server tells a desk (`/ws/desk/`). Sections come whole: first all of them, then those that changed. */

import type { AgentState } from '@/shared/states'

export interface Named {
  code: string
  name: string
}

export interface Me {
  user_id: number
  name: string
  staff_no: string
  team: string | null
  extension: string
  language: string
  role: string
}

export interface DeskState {
  code: AgentState
  /** Null while signed out. */
  since: string | null
  reason: Named | null
  until: string | null
  /** Chosen during a call: what comes after it instead of ready. */
  next: { code: string; reason: Named | null } | null
  signed_in_at: string | null
}

export interface FormerCall {
  at: string
  queue: string
  reason: string
  agent: string
  outcome: string
  seconds: number
}

export type CallStateCode = 'in_menu' | 'waiting' | 'ringing' | 'talking' | 'on_hold' | 'ended'

export interface DeskCall {
  id: number
  linkedid: string
  state: CallStateCode
  direction: string
  caller: { number: string; name: string; level: string; remark?: string; customer_id: number | null }
  queue: Named | null
  language: string
  needs: string[]
  path: { key: string; label: string }[]
  entered_at: string | null
  offered_at: string | null
  answered_at: string | null
  ended_at?: string | null
  hold_since: string | null
  waited_seconds: number
  hold_seconds: number
  hold_count: number
  history: FormerCall[]
  /** Rules of the queue the call came through. */
  wrap_up_seconds?: number
  extension_seconds?: number
}

export interface DraftContent {
  call_id: number
  reason_id: number | null
  result: string
  first_call_resolved: boolean | null
  note: string
}

export interface ServerDraft extends DraftContent {
  saved_at: string | null
}

/** Finished stretches only: the page adds the running one. */
export interface Today {
  answered: number
  missed: number
  this_hour: number
  average_handle_seconds: number | null
  talk_seconds: number
  hold_seconds: number
  wrap_up_seconds: number
  ready_seconds: number
  not_ready_count: number
  not_ready_seconds: number
  signed_in_seconds: number
}

export interface PhoneCredentials {
  uri: string
  extension: string
  password: string
  ws_url: string
  domain: string
  expires_at: string
}

export interface Reference {
  not_ready_reasons: (Named & { usual_seconds?: number | null })[]
  results: Named[]
}

export interface Sections {
  me: Me
  state: DeskState
  call: DeskCall | null
  draft: ServerDraft | null
  today: Today
  phone: PhoneCredentials | null
  reference: Reference
}

export interface ReasonNode {
  id: number
  code: string
  name: string
  path: string
  leaf: boolean
  depth: number
  /** Other words, pinyin and initials the node is found by. */
  words: string
}

export interface DayCall {
  id: number
  at: string
  passenger: string
  queue: string
  reason: string
  result: string
  talk_seconds: number
  is_complete: boolean
}

export interface Stretch {
  state: AgentState
  reason: string
  started_at: string
  ended_at: string | null
}

/** The agent's own day so far. */
export interface Day {
  calls: DayCall[]
  stretches: Stretch[]
  hours: { hour: number; answered: number }[]
}

/** Written into the page by the server. */
export interface Boot {
  user_id: number
  tab_opened_at: number
  reasons_url: string
  day_url: string
  test_call_url: string | null
  logout_url: string
  links: { label: string; url: string; icon: 'screen' | 'grid' | 'chart' | 'gear' }[]
}
