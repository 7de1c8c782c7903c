/* Search in the reason tree, in the browser: it must keep up with typing and work while the line is away. */

import { ref } from 'vue'

import { getJson } from '@/shared/http'

import type { ReasonNode } from './types'

export const reasons = ref<ReasonNode[]>([])
export const haveReasonsFailed = ref(false)

export async function loadReasons(url: string): Promise<void> {
  try {
    reasons.value = await getJson<ReasonNode[]>(url)
    haveReasonsFailed.value = false
  } catch {
    haveReasonsFailed.value = true
  }
}

/** Leaves whose name begins with the words come first, then names that hold them, then pinyin, initials and paths. */
export function searchReasons(nodes: readonly ReasonNode[], query: string): ReasonNode[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...nodes]
  const ranked = nodes.flatMap((node, index) => {
    const rank = rankOf(node, words)
    return rank === null ? [] : [{ node, rank, index }]
  })
  return ranked.sort((a, b) => a.rank - b.rank || a.index - b.index).map(({ node }) => node)
}

function rankOf(node: ReasonNode, words: string[]): number | null {
  const name = node.name.toLowerCase()
  const near = `${name} ${node.words.toLowerCase()}`
  const all = `${near} ${node.path.toLowerCase()}`
  if (!words.every((word) => all.includes(word))) return null
  const depth = node.leaf ? 0 : 4
  if (words.every((word) => name.startsWith(word))) return depth
  if (words.every((word) => name.includes(word))) return depth + 1
  return words.every((word) => near.includes(word)) ? depth + 2 : depth + 3
}

/** The pieces of a name, with those that match the words marked. */
export function markMatches(name: string, query: string): { text: string; hit: boolean }[] {
  const words = query.trim().split(/\s+/).filter(Boolean).map(escapeForPattern)
  if (words.length === 0) return [{ text: name, hit: false }]
  const pattern = new RegExp(`(${words.join('|')})`, 'ig')
  return name.split(pattern).map((text, index) => ({ text, hit: index % 2 === 1 })).filter(({ text }) => text !== '')
}

function escapeForPattern(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
