/* Times in the notes of a call: one at the head of each line, ordinary text that can be changed or deleted. */

export interface Edit {
  text: string
  caret: number
}

/** The first words of an empty note get their time before them. */
export function beginLine(text: string, caret: number, time: string): Edit {
  const isFirstWord = time !== '' && text.trim().length > 0 && text.trim().length <= 2 && caret === text.length
  if (!isFirstWord || /^\d/.test(text)) return { text, caret }
  const stamped = `${time} ${text.trimStart()}`
  return { text: stamped, caret: stamped.length }
}

/** Enter: a new line that begins with the time. */
export function breakLine(text: string, from: number, to: number, time: string): Edit {
  const inserted = `\n${time} `
  return { text: text.slice(0, from) + inserted + text.slice(to), caret: from + inserted.length }
}
