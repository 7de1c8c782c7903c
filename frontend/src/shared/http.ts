/* Requests to our own server, with Django's CSRF token. */

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
  ) {
    super(`${status} ${code}`)
  }
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return answerOf<T>(await fetch(path, { headers: { Accept: 'application/json' }, signal }))
}

export async function postJson<T>(path: string, data: object): Promise<T> {
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRFToken': csrfToken() }
  return answerOf<T>(await fetch(path, { method: 'POST', headers, body: JSON.stringify(data) }))
}

/** A form's fields, sent without leaving the page. */
export async function postForm(path: string, fields: Record<string, string>): Promise<void> {
  const headers = { Accept: 'application/json', 'X-CSRFToken': csrfToken() }
  await answerOf(await fetch(path, { method: 'POST', headers, body: new URLSearchParams(fields) }))
}

/** Written into the page by base.html, because the cookie is out of reach of scripts. */
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? ''
}

async function answerOf<T>(response: Response): Promise<T> {
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  const body: unknown = isJson ? await response.json() : null
  if (response.ok) return body as T
  const told = (body ?? {}) as { code?: string; detail?: string }
  throw new Refused(response.status, told.code ?? '', told.detail ?? '')
}
