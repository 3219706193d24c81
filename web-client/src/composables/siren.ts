/** Two tones again and again, made by the browser itself; no file is fetched when help is called. */

const TONES_HZ = [880, 660]
const TONE_S = 0.28
const AGAIN_MS = 1_600
/** Loud enough to be heard across a room, below clipping. */
const GAIN = 0.35

export interface Siren {
  ring: (on: boolean) => void
  /** Tries to open the sound; browsers allow it inside a gesture. */
  unlock: () => void
  close: () => void
}

/** `blocked` is told whether the browser holds the sound back. */
export function openSiren(blocked: (held: boolean) => void): Siren {
  const audio = new AudioContext()
  let timer: ReturnType<typeof setInterval> | undefined
  const tell = () => blocked(audio.state === 'suspended')
  audio.addEventListener('statechange', tell)
  tell()

  function sound(): void {
    if (audio.state !== 'running') return
    const gain = audio.createGain()
    gain.gain.value = GAIN
    gain.connect(audio.destination)
    TONES_HZ.forEach((pitch_hz, n) => {
      const tone = audio.createOscillator()
      tone.frequency.value = pitch_hz
      tone.connect(gain)
      tone.start(audio.currentTime + n * TONE_S)
      tone.stop(audio.currentTime + (n + 1) * TONE_S)
    })
  }

  function ring(on: boolean): void {
    if (on === (timer !== undefined)) return
    clearInterval(timer)
    timer = on ? setInterval(sound, AGAIN_MS) : undefined
    if (on) sound()
  }

  function unlock(): void {
    if (audio.state === 'suspended') void audio.resume()
  }

  function close(): void {
    ring(false)
    audio.removeEventListener('statechange', tell)
    void audio.close()
  }

  return { ring, unlock, close }
}
