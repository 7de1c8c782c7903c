/* The board is drawn at 1920 × 1080 and scaled as one piece to whatever screen it hangs on. */

import { onMounted, onUnmounted, readonly, ref, type Ref } from 'vue'

const WIDTH = 1920
const HEIGHT = 1080

export interface Fit {
  scale: number
  left: number
  top: number
}

/** The largest size at which the whole board is seen, in the middle of the window. */
export function fitInto(width: number, height: number): Fit {
  const scale = Math.min(width / WIDTH, height / HEIGHT)
  return { scale, left: (width - WIDTH * scale) / 2, top: (height - HEIGHT * scale) / 2 }
}

export function useFit(): Readonly<Ref<Fit>> {
  const fit = ref(fitInto(window.innerWidth, window.innerHeight))
  const renew = () => {
    fit.value = fitInto(window.innerWidth, window.innerHeight)
  }
  onMounted(() => window.addEventListener('resize', renew))
  onUnmounted(() => window.removeEventListener('resize', renew))
  return readonly(fit)
}
