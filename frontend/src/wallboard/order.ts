/* Lists that sort themselves by what happens, but never move under the pointer. */

import { ref, watch, type Ref } from 'vue'

/** The items in their order; while `isHeld` the order of before stays, and newcomers join at the end. */
export function ordered<Item>(items: Item[], keyOf: (item: Item) => string, before: string[], isHeld: boolean): Item[] {
  if (!isHeld) return items
  const place = new Map(before.map((key, index) => [key, index]))
  return [...items].sort((a, b) => (place.get(keyOf(a)) ?? Infinity) - (place.get(keyOf(b)) ?? Infinity) || 0)
}

export function useOrder<Item>(
  items: () => Item[],
  keyOf: (item: Item) => string,
): { shown: Ref<Item[]>; hold: () => void; release: () => void } {
  const shown = ref(items()) as Ref<Item[]>
  let isHeld = false
  const renew = () => {
    shown.value = ordered(items(), keyOf, shown.value.map(keyOf), isHeld)
  }
  watch(items, renew)
  return {
    shown,
    hold: () => {
      isHeld = true
    },
    release: () => {
      isHeld = false
      renew()
    },
  }
}
