/* The desk's telephone: SIP over WebSocket by JsSIP. It acts on the call itself; what state the call is in for the
 * centre comes back from Asterisk through the server. The rules for reloads and lost networks were measured:
 *
 * - a page that goes says nothing (no BYE): the server brings the call back to the next page or the next agent;
 * - after a lost connection Asterisk would send its BYE to the old one, so the session is renegotiated;
 * - a call whose media failed for good is dropped here without BYE, and the phone starts anew: the server sees a
 *   phone that holds nothing and puts the passenger back in front of the line. */

import { C, UA, WebSocketInterface } from 'jssip'
import type { IncomingRTCSessionEvent, RTCSessionEvent, UAConfiguration, UnRegisteredEvent } from 'jssip/lib/UA'
import type { RTCSession } from 'jssip/lib/RTCSession'
import { reactive, readonly } from 'vue'

import { access, listDevices, meter, microphoneConstraints, sound } from './devices'
import type { PhoneCredentials } from './types'

export type Registration = 'off' | 'connecting' | 'registered' | 'lost' | 'refused'
export type SessionState = 'none' | 'incoming' | 'answering' | 'active' | 'held'
/** broken: nothing arrives at the moment · failed: it will not come back by itself. */
export type Media = 'none' | 'good' | 'broken' | 'failed'

export interface PhoneStatus {
  registered: boolean
  holding: string | null
}

const RETRY_MILLISECONDS = 2000
const REFUSED_RETRY_MILLISECONDS = 10_000
const GATHER_MILLISECONDS = 250

/** A connection that can be cut so that not one more word goes out. */
class Wire extends WebSocketInterface {
  private silent = false

  override connect(): void {
    if (!this.silent) super.connect()
  }

  override send(message: string | ArrayBufferLike | Blob | ArrayBufferView): boolean {
    return !this.silent && super.send(message)
  }

  silence(): void {
    this.silent = true
    super.disconnect()
  }
}

interface InternalState {
  registration: Registration
  session: SessionState
  linkedid: string
  number: string
  isMuted: boolean
  media: Media
  /** The browser holds back sound until the page has been clicked. */
  isSoundBlocked: boolean
}

const QUIET: Omit<InternalState, 'registration' | 'isSoundBlocked'> = {
  session: 'none',
  linkedid: '',
  number: '',
  isMuted: false,
  media: 'none',
}

export class Phone {
  private readonly now = reactive<InternalState>({ registration: 'off', isSoundBlocked: false, ...QUIET })
  readonly state = readonly(this.now)
  /** Called after each registration, and whenever asked, with what this page still holds. */
  onStatus: (status: PhoneStatus) => void = () => {}
  private credentials: PhoneCredentials | null = null
  private ua: UA | undefined
  private wire: Wire | undefined
  private session: RTCSession | undefined
  private wantsAnswer = false
  private wasCut = false
  private retry: ReturnType<typeof setTimeout> | undefined
  private stopMeter: (() => void) | undefined

  constructor(private readonly audio: () => HTMLAudioElement | null) {}

  /** Register with these credentials; new ones for the same address are taken over without touching a call. */
  use(credentials: PhoneCredentials | null): void {
    const former = this.credentials
    this.credentials = credentials
    if (!credentials) {
      if (former && !this.session) this.release()
      return
    }
    if (!this.ua) return this.start()
    if (former?.uri !== credentials.uri || former.ws_url !== credentials.ws_url) return this.startAnew()
    if (former.password === credentials.password) return
    this.ua.set('password', credentials.password)
    this.ua.register()
  }

  status(): PhoneStatus {
    const holds = ['answering', 'active', 'held'].includes(this.now.session)
    return { registered: this.now.registration === 'registered', holding: holds ? this.now.linkedid || null : null }
  }

  answer(): void {
    if (this.now.session === 'incoming' && this.session) this.accept(this.session)
    else if (this.now.session === 'none') this.wantsAnswer = true
  }

  /** Forget an answer that was pressed before the call reached this phone. */
  cancelAnswer(): void {
    this.wantsAnswer = false
  }

  reject(): void {
    if (this.now.session === 'incoming') this.session?.terminate({ status_code: 486 })
  }

  /** True when there was something to hang up here. */
  hangUp(): boolean {
    if (!this.session?.isEstablished()) return false
    this.session.terminate()
    return true
  }

  toggleHold(): void {
    if (this.now.session === 'held') this.session?.unhold()
    else if (this.now.session === 'active') this.session?.hold()
  }

  toggleMute(): void {
    if (!this.session?.isEstablished()) return
    if (this.now.isMuted) this.session.unmute({ audio: true })
    else this.session.mute({ audio: true })
  }

  sendDigit(digit: string): void {
    if (this.session?.isEstablished()) {
      this.session.sendDTMF(digit, { transportType: C.DTMF_TRANSPORT.RFC2833, duration: 120 })
    }
  }

  /** Let go of everything without a word to Asterisk: another page goes on with the call. */
  release(): void {
    clearTimeout(this.retry)
    this.wire?.silence()
    this.session?.connection?.close()
    this.ua?.removeAllListeners()
    this.ua?.stop()
    this.ua = undefined
    this.wire = undefined
    this.forgetSession()
    this.now.registration = 'off'
  }

  /** After a click or a key the browser lets sound through. */
  async unblockSound(): Promise<void> {
    if (!this.now.isSoundBlocked) return
    await this.play()
  }

  async chooseSpeaker(): Promise<void> {
    const audio = this.audio() as (HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> }) | null
    try {
      await audio?.setSinkId?.(sound.speaker)
    } catch {
      // The device is gone; the system's own takes over.
    }
  }

  private start(): void {
    const credentials = this.credentials
    if (!credentials) return
    this.wire = new Wire(credentials.ws_url)
    const configuration: UAConfiguration = {
      sockets: [this.wire],
      uri: credentials.uri,
      password: credentials.password,
      register: true,
      register_expires: 120,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 4,
      user_agent: 'desk',
    }
    const ua = new UA(configuration)
    this.ua = ua
    this.now.registration = 'connecting'
    ua.on('disconnected', () => this.onCut())
    ua.on('registered', () => this.onRegistered())
    ua.on('unregistered', () => this.onUnregistered())
    ua.on('registrationFailed', ({ response }: UnRegisteredEvent) => this.onRefused(response?.status_code))
    ua.on('newRTCSession', (event: RTCSessionEvent) => {
      if (String(event.originator) === 'remote') this.onIncoming(event as IncomingRTCSessionEvent)
    })
    ua.start()
  }

  private startAnew(): void {
    this.release()
    this.start()
  }

  private onCut(): void {
    this.wasCut = true
    this.now.registration = 'lost'
  }

  private onRegistered(): void {
    clearTimeout(this.retry)
    this.now.registration = 'registered'
    if (this.wasCut && this.session?.isEstablished()) this.session.renegotiate({})
    this.wasCut = false
    this.onStatus(this.status())
  }

  private onUnregistered(): void {
    if (this.now.registration !== 'lost') this.now.registration = 'connecting'
  }

  private onRefused(code: number | undefined): void {
    const isRefused = code === 401 || code === 403 || code === 404
    this.now.registration = isRefused ? 'refused' : 'lost'
    clearTimeout(this.retry)
    this.retry = setTimeout(() => this.ua?.register(), isRefused ? REFUSED_RETRY_MILLISECONDS : RETRY_MILLISECONDS)
    if (isRefused) this.onStatus(this.status())
  }

  private onIncoming({ session, request }: IncomingRTCSessionEvent): void {
    const isResume = request.getHeader('X-Acd') === 'resume'
    if (this.session && !isResume) {
      session.terminate({ status_code: 486 })
      return
    }
    if (this.session) this.dropLocally(this.session)
    this.session = session
    Object.assign(this.now, QUIET, {
      session: 'incoming',
      linkedid: request.getHeader('X-Call-Id') ?? '',
      number: session.remote_identity.uri.user ?? '',
    })
    this.follow(session)
    if (isResume || this.wantsAnswer) this.accept(session)
  }

  private accept(session: RTCSession): void {
    this.wantsAnswer = false
    this.now.session = 'answering'
    session.answer({ mediaConstraints: microphoneConstraints(), pcConfig: { iceServers: [] } })
  }

  private follow(session: RTCSession): void {
    const ifCurrent = (then: () => void) => () => {
      if (this.session === session) then()
    }
    session.on('peerconnection', ({ peerconnection }) => this.followMedia(session, peerconnection))
    session.on('icecandidate', ({ ready }) => setTimeout(ready, GATHER_MILLISECONDS))
    session.on('getusermediafailed', ifCurrent(() => void this.onNoMicrophone()))
    session.on('confirmed', ifCurrent(() => this.onUp()))
    session.on('hold', ({ originator }) => {
      if (this.session === session && originator === 'local') this.now.session = 'held'
    })
    session.on('unhold', ({ originator }) => {
      if (this.session === session && originator === 'local') this.now.session = 'active'
    })
    session.on('muted', ifCurrent(() => (this.now.isMuted = true)))
    session.on('unmuted', ifCurrent(() => (this.now.isMuted = false)))
    session.on('ended', ifCurrent(() => this.forgetSession()))
    session.on('failed', ifCurrent(() => this.forgetSession()))
  }

  private onUp(): void {
    access.value = 'granted'
    this.now.session = 'active'
    if (this.now.media === 'none') this.now.media = 'good'
    this.onStatus(this.status())
  }

  private async onNoMicrophone(): Promise<void> {
    access.value = 'denied'
    await listDevices()
  }

  private followMedia(session: RTCSession, connection: RTCPeerConnection): void {
    const isCurrent = () => this.session === session
    connection.addEventListener('track', ({ streams, track }) => {
      if (isCurrent()) void this.hear(streams[0] ?? new MediaStream([track]))
    })
    connection.addEventListener('iceconnectionstatechange', () => {
      if (!isCurrent()) return
      if (connection.iceConnectionState === 'disconnected') this.now.media = 'broken'
      if (['connected', 'completed'].includes(connection.iceConnectionState)) this.now.media = 'good'
    })
    connection.addEventListener('connectionstatechange', () => {
      if (isCurrent() && connection.connectionState === 'failed') this.onMediaFailed()
    })
  }

  private onMediaFailed(): void {
    this.startAnew()
    this.now.media = 'failed'
  }

  private async hear(stream: MediaStream): Promise<void> {
    const audio = this.audio()
    if (!audio) return
    audio.srcObject = stream
    await this.chooseSpeaker()
    await this.play()
    this.stopMeter?.()
    this.stopMeter = meter(stream, (rms, hertz) => {
      audio.dataset.remoteLevel = String(Math.round(rms * 1000))
      audio.dataset.remoteHz = String(hertz)
    }, 200)
  }

  private async play(): Promise<void> {
    try {
      await this.audio()?.play()
      this.now.isSoundBlocked = false
    } catch (failure) {
      this.now.isSoundBlocked = failure instanceof DOMException && failure.name === 'NotAllowedError'
    }
  }

  private dropLocally(session: RTCSession): void {
    session.connection?.close()
    this.forgetSession()
  }

  private forgetSession(): void {
    this.session = undefined
    this.wantsAnswer = false
    this.stopMeter?.()
    this.stopMeter = undefined
    Object.assign(this.now, QUIET)
    const audio = this.audio()
    if (!audio) return
    audio.srcObject = null
    delete audio.dataset.remoteLevel
    delete audio.dataset.remoteHz
  }
}
