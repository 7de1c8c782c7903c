/* The day as a curve: where the points lie and what stands at the axis. */

export const WIDTH = 654
export const HEIGHT = 330
export const LEFT = 58
export const RIGHT = WIDTH - 8
export const TOP = 18
export const BOTTOM = HEIGHT - 32

/** The next round number for the top of the axis: 1, 2 or 5 times a power of ten, or four steps of it. */
export function roundTop(highest: number): { top: number; step: number } {
  const rough = Math.max(highest, 4) / 3
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((times) => times * power).find((candidate) => candidate >= rough) ?? rough
  const whole = Math.max(1, step)
  return { top: whole * Math.ceil(Math.max(highest, 1) / whole), step: whole }
}

export function xOf(index: number, count: number): number {
  return LEFT + ((RIGHT - LEFT) * index) / Math.max(1, count)
}

export function yOf(value: number, top: number): number {
  return BOTTOM - ((BOTTOM - TOP) * value) / top
}

/** One point in the middle of each interval. */
export function points(values: number[], count: number, top: number): string {
  return values.map((value, index) => `${xOf(index + 0.5, count).toFixed(1)},${yOf(value, top).toFixed(1)}`).join(' ')
}

/** How the last hour that is over stands to the same hour last week, in whole percent; null where too little came. */
export function changeOfLastHour(today: number[], lastWeek: number[], stepMinutes: number): number | null {
  const steps = 60 / stepMinutes
  if (today.length < steps) return null
  const sum = (values: number[]) => values.slice(today.length - steps, today.length).reduce((a, b) => a + b, 0)
  const [now, before] = [sum(today), sum(lastWeek)]
  return before < 20 ? null : Math.round((100 * (now - before)) / before)
}
