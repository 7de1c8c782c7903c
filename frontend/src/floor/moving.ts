/* Moving among the seats by keyboard: to the nearest seat in the arrow's direction, as the eye would. */

export interface Spot {
  x: number
  y: number
}

const DIRECTIONS: Record<string, Spot> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
}
/** A step aside weighs more than a step ahead, so that rows and columns are kept. */
const ASIDE = 4

/** The index of the spot to go to; null when the key means nothing here or nobody is on that side. */
export function nextSpot(spots: Spot[], from: number, key: string): number | null {
  if (key === 'Home') return spots.length > 0 ? 0 : null
  if (key === 'End') return spots.length > 0 ? spots.length - 1 : null
  const way = DIRECTIONS[key]
  const here = spots[from]
  if (way === undefined || here === undefined) return null
  let best: number | null = null
  let shortest = Infinity
  spots.forEach((spot, index) => {
    const ahead = (spot.x - here.x) * way.x + (spot.y - here.y) * way.y
    const aside = Math.abs((spot.x - here.x) * way.y) + Math.abs((spot.y - here.y) * way.x)
    const distance = ahead + ASIDE * aside
    if (ahead > 1 && distance < shortest) {
      best = index
      shortest = distance
    }
  })
  return best
}
