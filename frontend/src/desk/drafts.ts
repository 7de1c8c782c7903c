/* Nothing typed is ever lost. Each keystroke goes to this browser's storage at once and to the server soon after;
 * what the server has confirmed leaves the storage. Unsaved texts of former calls are sent again until they arrive. */

import type { CommandResult } from '@/shared/live'

import type { DraftContent, ServerDraft } from './types'

export interface KeptDraft extends DraftContent {
  /** Grows with every change; tells whether a confirmation still speaks of the newest text. */
  version: number
}

export type Send = (content: DraftContent) => Promise<CommandResult>
export type SaveState = 'empty' | 'saved' | 'typing' | 'waiting' | 'refused'

const SOON_MILLISECONDS = 500
const AT_LATEST_MILLISECONDS = 3000

export function emptyDraft(callId: number): DraftContent {
  return { call_id: callId, reason_id: null, result: '', first_call_resolved: null, note: '' }
}

export class DraftKeeper {
  private kept = new Map<number, KeptDraft>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private firstChangeAt = 0
  private sending = false
  /** Told whenever the state of saving of a call changes. */
  onSaved: (callId: number, state: SaveState, detail: string) => void = () => {}

  constructor(
    private readonly key: string,
    private readonly send: Send,
    private readonly storage: Storage = localStorage,
  ) {
    for (const draft of this.read()) this.kept.set(draft.call_id, draft)
  }

  /** What this browser holds of a call and the server has not confirmed. */
  unsaved(callId: number): KeptDraft | undefined {
    return this.kept.get(callId)
  }

  /** The text to show for a call: ours while unconfirmed, else the server's. */
  contentFor(callId: number, server: ServerDraft | null): DraftContent {
    const ours = this.kept.get(callId)
    if (ours) return ours
    return server?.call_id === callId ? server : emptyDraft(callId)
  }

  change(content: DraftContent): void {
    const version = (this.kept.get(content.call_id)?.version ?? 0) + 1
    this.kept.set(content.call_id, { ...content, version })
    this.write()
    this.onSaved(content.call_id, 'typing', '')
    this.plan()
  }

  /** The server took the whole text by another way (finished wrap-up). */
  forget(callId: number): void {
    this.kept.delete(callId)
    this.write()
  }

  /** Send everything unconfirmed now: Ctrl S, a new snapshot, before the page goes. */
  async flush(): Promise<void> {
    clearTimeout(this.timer)
    this.firstChangeAt = 0
    if (this.sending) return this.plan()
    this.sending = true
    for (const draft of [...this.kept.values()]) await this.sendOne(draft)
    this.sending = false
  }

  private async sendOne({ version, ...content }: KeptDraft): Promise<void> {
    const result = await this.send(content)
    const newest = this.kept.get(content.call_id)
    if (result.ok && newest?.version === version) this.forget(content.call_id)
    if (newest && newest.version !== version) return
    if (result.ok) return this.onSaved(content.call_id, 'saved', '')
    const isAway = result.code === 'line_lost' || result.code === 'no_answer'
    this.onSaved(content.call_id, isAway ? 'waiting' : 'refused', result.detail)
    if (result.code === 'no_answer') this.plan()
  }

  private plan(): void {
    clearTimeout(this.timer)
    const now = Date.now()
    this.firstChangeAt ||= now
    const wait = Math.max(0, Math.min(SOON_MILLISECONDS, this.firstChangeAt + AT_LATEST_MILLISECONDS - now))
    this.timer = setTimeout(() => void this.flush(), wait)
  }

  private read(): KeptDraft[] {
    try {
      const found: unknown = JSON.parse(this.storage.getItem(this.key) ?? '[]')
      return Array.isArray(found) ? (found as KeptDraft[]) : []
    } catch {
      return []
    }
  }

  private write(): void {
    try {
      if (this.kept.size === 0) this.storage.removeItem(this.key)
      else this.storage.setItem(this.key, JSON.stringify([...this.kept.values()]))
    } catch {
      // Storage full or forbidden: the server's copy remains.
    }
  }
}
