/* What is heard and seen of an incoming call beside the card: two soft tones, the tab's title, a notification. */

const TONES_HERTZ = [659.26, 880]
const TONE_SECONDS = 0.42
const PERIOD_SECONDS = 2.6
const LOUDNESS = 0.16

type ContextWithSink = AudioContext & { setSinkId?: (id: string) => Promise<void> }

/** One device that rings: the headset or the loudspeaker on the desk. */
class Bell {
  private context: ContextWithSink | undefined
  private timer: ReturnType<typeof setInterval> | undefined

  constructor(private readonly device: string) {}

  async start(once = false): Promise<void> {
    this.context ??= new AudioContext()
    try {
      if (this.device && this.context.setSinkId) await this.context.setSinkId(this.device)
      await this.context.resume()
    } catch {
      // A device that is gone or a browser that wants a click first: the card and the title remain.
    }
    if (!this.context) return
    this.strike()
    if (!once) this.timer = setInterval(() => this.strike(), PERIOD_SECONDS * 1000)
  }

  stop(): void {
    clearInterval(this.timer)
    void this.context?.close().catch(() => {})
    this.context = undefined
  }

  private strike(): void {
    const context = this.context
    if (!context) return
    TONES_HERTZ.forEach((hertz, index) => {
      const start = context.currentTime + 0.02 + index * TONE_SECONDS * 0.8
      const tone = new OscillatorNode(context, { type: 'sine', frequency: hertz })
      const swell = new GainNode(context, { gain: 0 })
      swell.gain.setValueAtTime(0, start)
      swell.gain.linearRampToValueAtTime(LOUDNESS, start + 0.05)
      swell.gain.exponentialRampToValueAtTime(0.001, start + TONE_SECONDS)
      tone.connect(swell).connect(context.destination)
      tone.start(start)
      tone.stop(start + TONE_SECONDS)
    })
  }
}

export class Ringer {
  private bells: Bell[] = []
  private plainTitle = ''
  private notification: Notification | undefined

  /** `devices`: headset first, then the second device, '' is the system's own. */
  start(devices: string[], title: string, body: string): void {
    if (this.bells.length > 0) return
    this.bells = [...new Set(devices)].map((device) => new Bell(device))
    for (const bell of this.bells) void bell.start()
    this.plainTitle ||= document.title
    document.title = title
    this.notify(title, body)
  }

  stop(): void {
    for (const bell of this.bells) bell.stop()
    this.bells = []
    if (this.plainTitle) document.title = this.plainTitle
    this.plainTitle = ''
    this.notification?.close()
    this.notification = undefined
  }

  private notify(title: string, body: string): void {
    if (!('Notification' in window) || Notification.permission !== 'granted' || !document.hidden) return
    this.notification = new Notification(title, { body, tag: 'desk-call', requireInteraction: true })
    this.notification.onclick = () => window.focus()
  }
}

/** The two tones once, to hear whether a device works. */
export async function playTestTone(device: string): Promise<void> {
  const bell = new Bell(device)
  await bell.start(true)
  await new Promise((resolve) => setTimeout(resolve, (TONE_SECONDS * 2 + 0.3) * 1000))
  bell.stop()
}

/** Ask on a click, once; a ringing tab in the background is then seen. */
export function askForNotifications(): void {
  if ('Notification' in window && Notification.permission === 'default') void Notification.requestPermission()
}
