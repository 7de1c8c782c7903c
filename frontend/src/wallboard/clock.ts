/* Times of day as the board shows them, in the centre's time zone. */

function zone(): string {
  return document.documentElement.dataset.timeZone ?? 'Asia/Shanghai'
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** 10:42, or 10:42:36 with seconds. */
export function timeOfDay(at: string | number, withSeconds = false): string {
  const key = `${zone()} ${withSeconds}`
  let format = formats.get(key)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone(),
      hour: '2-digit',
      minute: '2-digit',
      second: withSeconds ? '2-digit' : undefined,
      hourCycle: 'h23',
    })
    formats.set(key, format)
  }
  return format.format(typeof at === 'string' ? new Date(at) : at)
}

/** Minutes since local midnight. */
export function minuteOfDay(at: string | number): number {
  const [hours = 0, minutes = 0] = timeOfDay(at).split(':').map(Number)
  return hours * 60 + minutes
}
