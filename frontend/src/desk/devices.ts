/* Microphone and loudspeakers: which ones, remembered on this computer, and whether they are fit for calls. */

import { reactive, ref, watch } from 'vue'

export interface Sound {
  microphone: string
  speaker: string
  ring: string
  /** Echo and noise suppression by the browser; good headsets do it themselves. */
  processing: boolean
  /** The agent went through the sound check on this computer. */
  checked: boolean
}

const KEY = 'desk-sound'
const PLAIN: Sound = { microphone: '', speaker: '', ring: '', processing: true, checked: false }
const HEADSETS = /head|耳|hands|jabra|plantronics|poly|yealink|sennheiser|epos|logitech h|usb|call|voice/i
const OPEN_MICROPHONES = /built|internal|内置|内建|array|阵列|realtek|webcam|camera|摄像/i

export const sound = reactive<Sound>({ ...PLAIN, ...remembered() })
watch(sound, (chosen) => localStorage.setItem(KEY, JSON.stringify(chosen)))

export const microphones = ref<MediaDeviceInfo[]>([])
export const speakers = ref<MediaDeviceInfo[]>([])
export type MicrophoneAccess = 'unknown' | 'granted' | 'denied' | 'missing'
export const access = ref<MicrophoneAccess>('unknown')

function remembered(): Partial<Sound> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Sound>
  } catch {
    return {}
  }
}

/** What to ask the browser for. A device that was unplugged falls back to the system's own. */
export function microphoneConstraints(): MediaStreamConstraints {
  const known = microphones.value.some((device) => device.deviceId === sound.microphone)
  return {
    audio: {
      deviceId: sound.microphone && known ? { exact: sound.microphone } : undefined,
      echoCancellation: sound.processing,
      noiseSuppression: sound.processing,
      autoGainControl: sound.processing,
    },
    video: false,
  }
}

export async function listDevices(): Promise<void> {
  if (!navigator.mediaDevices) {
    access.value = 'missing'
    return
  }
  const devices = await navigator.mediaDevices.enumerateDevices()
  microphones.value = devices.filter((device) => device.kind === 'audioinput' && device.deviceId !== '')
  speakers.value = devices.filter((device) => device.kind === 'audiooutput' && device.deviceId !== '')
}

/** Open the microphone; says why not in `access`. */
export async function openMicrophone(): Promise<MediaStream | null> {
  if (!navigator.mediaDevices) {
    access.value = 'missing'
    return null
  }
  try {
    const stream = await navigator.mediaDevices.getUserMedia(microphoneConstraints())
    access.value = 'granted'
    await listDevices()
    return stream
  } catch (failure) {
    access.value = failure instanceof DOMException && failure.name === 'NotFoundError' ? 'missing' : 'denied'
    return null
  }
}

/** Follow the browser's permission, so that a microphone blocked in mid-shift is told before the next call. */
export async function watchPermission(): Promise<void> {
  navigator.mediaDevices?.addEventListener('devicechange', () => void listDevices())
  try {
    const status = await navigator.permissions.query({ name: 'microphone' as PermissionName })
    const take = () => {
      if (status.state === 'denied') access.value = 'denied'
      else if (status.state === 'granted') access.value = 'granted'
      else if (access.value === 'denied') access.value = 'unknown'
    }
    status.addEventListener('change', take)
    take()
  } catch {
    // This browser does not tell; the first call or the sound check will.
  }
  await listDevices()
}

/** A microphone that stands open in the room: the passenger hears himself and the neighbours. */
export function isOpenMicrophone(label: string): boolean {
  return OPEN_MICROPHONES.test(label) || (label !== '' && !HEADSETS.test(label))
}

/** How loud a stream is, 0 to 1, as long as `stop` has not been called. */
export function meter(stream: MediaStream, onLevel: (rms: number, hertz: number) => void, everyMs = 100): () => void {
  const context = new AudioContext()
  const analyser = new AnalyserNode(context, { fftSize: 2048, smoothingTimeConstant: 0.2 })
  context.createMediaStreamSource(stream).connect(analyser)
  const wave = new Float32Array(analyser.fftSize)
  const spectrum = new Uint8Array(analyser.frequencyBinCount)
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(wave)
    analyser.getByteFrequencyData(spectrum)
    const rms = Math.sqrt(wave.reduce((sum, sample) => sum + sample * sample, 0) / wave.length)
    const peak = spectrum.indexOf(Math.max(...spectrum))
    onLevel(rms, Math.round((peak * context.sampleRate) / analyser.fftSize))
  }, everyMs)
  return () => {
    clearInterval(timer)
    void context.close().catch(() => {})
  }
}
