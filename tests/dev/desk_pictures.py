"""Pictures of every state of the desk, from the built page and a made-up socket.

`python -m tests.dev.desk_pictures <dist> <folder> [name …]` after `npx vite build --outDir <dist>`; needs no database.
"""

import json
import mimetypes
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, Route, WebSocketRoute, sync_playwright

from tests.dev import desk_states

ORIGIN = "http://localhost:8999"
BROWSER = "/usr/bin/chromium"


def page_html(dist: Path, language: str, scheme: str, boot: dict) -> str:
    """The page as app.html gives it, without a server."""
    manifest = json.loads((dist / "manifest.json").read_text())
    sheets = [f'<link rel="stylesheet" href="/static/{name}">' for entry in ("styles", "desk")
              for name in manifest[f"src/{entry}/main.ts"].get("css", [])]
    icons = Path("templates/components/icons.svg").read_text()
    html_lang = "zh-Hans" if language == "zh" else "en"
    return (
        f'<!doctype html><html lang="{html_lang}" data-bs-theme="{scheme}" data-density="compact"><head>'
        f'<meta charset="utf-8"><title>Desk</title>{"".join(sheets)}</head><body>{icons}<div id="app"></div>'
        f'<ul id="toasts" class="toasts"></ul><script id="boot" type="application/json">{json.dumps(boot)}</script>'
        f'<script type="module" src="/static/{manifest["src/desk/main.ts"]["file"]}"></script></body></html>'
    )


def serve(page: Page, dist: Path, state: dict, language: str, scheme: str) -> None:
    """Answer every request of the page from disk and from made-up data."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).split("?")[0]
        if path.startswith("/static/"):
            file = dist / path.removeprefix("/static/")
            kind = mimetypes.guess_type(file.name)[0] or "text/plain"
            route.fulfill(body=file.read_bytes(), content_type=kind)
        elif path == "/desk/reasons/":
            route.fulfill(json=desk_states.reasons(language))
        elif path == "/desk/day/":
            route.fulfill(json=desk_states.day(language))
        else:
            route.fulfill(body=page_html(dist, language, scheme, desk_states.BOOT), content_type="text/html")

    def socket(ws: WebSocketRoute) -> None:
        now = datetime.now(UTC)
        if state.get("was_cut"):
            ws.close(code=1012)
            return
        ws.send(json.dumps({"type": "snapshot", "seq": 1, "now": now.isoformat(), "sections": state["sections"]}))
        if state.get("taken_over"):
            ws.send(json.dumps({"type": "taken_over"}))

        def on_message(text: str) -> None:
            message = json.loads(text)
            refusal = state.get("refuse", {}).get(message["name"])
            reply = {"type": "result", "id": message["id"], "ok": refusal is None, "code": "done", "detail": refusal or ""}
            ws.send(json.dumps(reply))

        ws.on_message(on_message)
        if state.get("cut"):
            state["was_cut"] = True
            ws.close(code=1012)

    page.route("**/*", answer)
    page.route_web_socket(lambda url: "/ws/desk/" in url, socket)
    page.route_web_socket(lambda url: "/sip" in url, lambda _ws: None)


def main(dist: Path, folder: Path, names: list[str]) -> None:
    """Take the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=BROWSER,
            args=["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"],
        )
        for name, size, language, scheme in desk_states.PICTURES:
            title = f"{name}-{size[0]}-{language}-{scheme}"
            if names and not any(wanted in title for wanted in names):
                continue
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]}, permissions=["microphone"]
            )
            page = context.new_page()
            page.on("console", lambda line: print("console:", line.text) if line.type == "error" else None)
            page.on("pageerror", lambda error: print("error:", error))
            state = desk_states.make(name, language, datetime.now(UTC) - timedelta(seconds=0))
            page.add_init_script(f"localStorage.setItem('desk-sound', '{json.dumps(state['sound'])}')")
            serve(page, dist, state, language, scheme)
            page.goto(f"{ORIGIN}/desk/")
            page.wait_for_timeout(700)
            for action in state.get("actions", []):
                action(page)
            page.wait_for_timeout(300)
            page.screenshot(path=folder / f"{title}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
