/* Ties the parts of the desk together: line, phone, writing, ringing, keys' deeds. One of these a page. */

import { computed, inject, ref, watch, type InjectionKey } from 'vue'

import { serverNow } from '@/shared/time'
import { t } from '@/i18n/desk'

import { openMicrophone, sound, watchPermission } from './devices'
import { DraftKeeper } from './drafts'
import { passengerName } from './passenger'
import { Phone } from './phone'
import { loadReasons } from './reasons'
import { Ringer, askForNotifications } from './ring'
import { useDesk } from './store'
import type { Boot } from './types'
import { createWriting, type Missing, type Writing } from './writing'

const MIND_MILLISECONDS = 400
const LONGEST_MIND_MILLISECONDS = 10_000

export function createController(boot: Boot) {
  const desk = useDesk()
  const audio = ref<HTMLAudioElement | null>(null)
  const phone = new Phone(() => audio.value)
  const ringer = new Ringer()
  const keeper = new DraftKeeper(`desk-drafts-${boot.user_id}`, (content) => desk.run('save_draft', content))
  const writing = createWriting(desk, keeper, phone)
  const isReasonMenuOpen = ref(false)
  const isSoundCheckOpen = ref(false)
  const isHelpOpen = ref(false)
  const isKeypadOpen = ref(false)
  /** What finishing still waits for; shown once finishing was tried. */
  const askedFor = ref<Missing[]>([])

  const isRinging = computed(() => phone.state.session === 'incoming' || desk.code === 'offered')
  const hasSession = computed(() => ['active', 'held'].includes(phone.state.session))
  /** The screen shows a call: the server says so, or the phone rings while the line to the server is down. */
  const showsCall = computed(() => desk.isInCall || isRinging.value || hasSession.value)
  const needsSoundCheck = computed(() => isSoundCheckOpen.value || !sound.checked)

  function begin(): void {
    openLine(boot.tab_opened_at)
    phone.onStatus = (status) => void desk.run('phone_status', status)
    desk.onFresh(() => {
      if (desk.phone && phone.state.registration === 'registered') void desk.run('phone_status', phone.status())
      void keeper.flush()
    })
    void loadReasons(boot.reasons_url)
    void watchPermission()
    window.addEventListener('beforeunload', warnBeforeLeaving)
    window.addEventListener('pagehide', () => void keeper.flush())
    for (const gesture of ['pointerdown', 'keydown']) window.addEventListener(gesture, () => void phone.unblockSound())
  }

  function openLine(openedAt: number): void {
    desk.open(crypto.randomUUID(), openedAt)
  }

  /** The page must not go silently while somebody is on the line; when it does go, no BYE is sent. */
  function warnBeforeLeaving(event: BeforeUnloadEvent): void {
    if (hasSession.value) event.preventDefault()
  }

  watch(() => desk.phone, (credentials) => !desk.takenOver && phone.use(credentials), { deep: true })
  watch(() => desk.takenOver, (isTaken) => isTaken && phone.release())
  watch(() => sound.speaker, () => void phone.chooseSpeaker())
  watch(isRinging, (rings) => (rings && !desk.takenOver ? ring() : ringer.stop()), { flush: 'sync' })
  watch(() => desk.code, (code) => {
    if (code !== 'offered' && phone.state.session === 'none') phone.cancelAnswer()
    if (!desk.isConnected) isKeypadOpen.value = false
    askedFor.value = []
  })

  /** The phone and the server tell of the same call. When they differ for a while, a nudge was lost: ask. */
  const isOfOneMind = computed(() => {
    if (phone.state.session === 'incoming') return desk.code === 'offered'
    if (hasSession.value) return desk.isConnected
    return !desk.isConnected && desk.code !== 'offered'
  })
  let lookAgain: ReturnType<typeof setTimeout> | undefined
  watch(isOfOneMind, () => planLook(MIND_MILLISECONDS))

  function planLook(wait: number): void {
    clearTimeout(lookAgain)
    if (isOfOneMind.value || wait > LONGEST_MIND_MILLISECONDS) return
    lookAgain = setTimeout(() => {
      if (desk.isLive) void desk.run('look')
      planLook(wait * 2)
    }, wait)
  }

  function ring(): void {
    const who = passengerName(desk.call, phone.state.number)
    ringer.start(sound.ring ? [sound.speaker, sound.ring] : [sound.speaker], t('ringTitle', { who }), desk.call?.queue?.name ?? '')
  }

  // ---- deeds; each says false when it does not apply now, so that its key is left to the browser

  async function signIn(): Promise<void> {
    askForNotifications()
    await desk.run('sign_in')
  }

  async function goReady(): Promise<void> {
    askForNotifications()
    const stream = await openMicrophone()
    stream?.getTracks().forEach((track) => track.stop())
    if (!stream) {
      isSoundCheckOpen.value = true
      return
    }
    const result = await desk.run('go_ready')
    if (result.ok) isSoundCheckOpen.value = false
  }

  function answer(): boolean {
    if (!isRinging.value) return false
    phone.answer()
    return true
  }

  function reject(): void {
    if (desk.isLive && desk.code === 'offered') void desk.run('reject')
    else phone.reject()
  }

  function hangUp(): boolean {
    if (phone.hangUp()) return true
    if (!desk.isConnected) return false
    void desk.run('hang_up')
    return true
  }

  function toggleHold(): boolean {
    if (!hasSession.value) return false
    phone.toggleHold()
    return true
  }

  function toggleMute(): boolean {
    if (!hasSession.value) return false
    phone.toggleMute()
    return true
  }

  function openReasons(): boolean {
    if (desk.code === 'offline' || desk.code === 'offered') return false
    isReasonMenuOpen.value = !isReasonMenuOpen.value
    return true
  }

  async function goNotReady(reason: string): Promise<void> {
    isReasonMenuOpen.value = false
    if (desk.code === 'wrap_up') await finish('not_ready', reason)
    else await desk.run('go_not_ready', { reason })
  }

  function extend(): boolean {
    if (desk.code !== 'wrap_up') return false
    void desk.run('extend_wrap_up')
    return true
  }

  async function finish(then: 'ready' | 'not_ready' = 'ready', reason = ''): Promise<void> {
    askedFor.value = [...writing.missing.value]
    if (askedFor.value.length > 0 || desk.busy.finish_wrap_up) return
    const content = { ...writing.content }
    const result = await desk.run('finish_wrap_up', { ...content, then, reason })
    if (result.ok) writing.finished(content.call_id)
    else writing.write({})
  }

  function useHere(): void {
    openLine(serverNow())
  }

  return {
    boot, desk, phone, writing, audio,
    isReasonMenuOpen, isSoundCheckOpen, isHelpOpen, isKeypadOpen, askedFor,
    isRinging, hasSession, showsCall, needsSoundCheck,
    begin, signIn, goReady, answer, reject, hangUp, toggleHold, toggleMute,
    openReasons, goNotReady, extend, finish, useHere,
  }
}

export type Controller = ReturnType<typeof createController>
export type { Writing }

export const controllerKey: InjectionKey<Controller> = Symbol('desk')

export function useController(): Controller {
  const controller = inject(controllerKey)
  if (!controller) throw new Error('The desk has not begun')
  return controller
}
