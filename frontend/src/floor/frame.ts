/* The floor's frame and an agent's details, as reports/floor.py makes them. */

import type { LiveMessage } from '@/shared/live'
import type { AgentState } from '@/shared/states'
import type { Named } from '@/wallboard/frame'

export interface Boot {
  centre: Named | null
  zone: string
  /** Where details of agents are asked for. */
  agents: string
}

export interface FloorCall {
  id: number
  queue: Named | null
  answered_at: string | null
  is_over_long: boolean
}

export interface FloorAgent {
  id: number
  staff_no: string
  name: string
  extension: string
  team: Named | null
  state: AgentState
  since: string | null
  reason: Named | null
  is_late: boolean
  is_registered: boolean
  call: FloorCall | null
}

export interface FloorSeat {
  seat: string
  desk_type: string
  agent: FloorAgent | null
}

export interface FloorFrame extends LiveMessage {
  at: string
  centre: string
  zone: string
  zones: { name: string; seats: number; signed_in: number }[]
  states: Record<AgentState, number>
  islands: { name: string; seats: FloorSeat[] }[]
}

export interface AgentDetail {
  id: number
  at: string
  signed_in_at: string | null
  call: null | {
    id: number
    queue: { code: string; name: string } | null
    language: string
    path: { key: string; label: string }[]
    caller: string
    earlier_calls: number
    entered_at: string | null
    offered_at: string | null
    answered_at: string | null
    ended_at: string | null
    waited_seconds: number
    talk_seconds: number
    hold_seconds: number
    hold_count: number
  }
  today: {
    answered: number
    missed: number
    average_handle_seconds: number | null
    not_ready_count: number
    not_ready_seconds: number
  }
  stretches: { state: AgentState; start: string; end: string }[]
}

/** The zone of signed-in agents who have no seat of their own. */
export const ELSEWHERE = '~'

export type Concern = 'overLong' | 'late' | 'noPhone'

/** Why a lead should look at an agent now; the gravest first, null for nothing. */
export function concernOf(agent: FloorAgent): Concern | null {
  if (agent.call?.is_over_long) return 'overLong'
  if (agent.is_late) return 'late'
  return agent.state !== 'offline' && !agent.is_registered ? 'noPhone' : null
}
