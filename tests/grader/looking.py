"""How tests look at a page: what a browser shows of it, and all that happened meanwhile."""

from __future__ import annotations

from pathlib import Path

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
"""How Chromium is started."""


class Look:
    """A file, opened in a tab of a browser. Tabs are dear, so that tests share one; what it is like is set anew."""

    def __init__(self, tab, path: Path, width: int, scheme: str):
        self.page, self.path = tab, path
        self.happened: list[str] = []
        self.heard = {"dialog": self.dismiss, "console": lambda message: self.happened.append(f"console {message.text}"),
                      "pageerror": lambda error: self.happened.append(f"error {error}"), "request": self.note}  # fmt: skip
        for event, hear in self.heard.items():
            tab.on(event, hear)
        tab.set_viewport_size({"width": width, "height": 800})
        tab.emulate_media(media="screen", color_scheme=scheme)
        tab.mouse.move(0, 0)
        tab.goto(path.as_uri())

    def dismiss(self, dialog) -> None:
        self.happened.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def note(self, request) -> None:
        if request.url != self.path.as_uri() and not request.url.startswith("data:"):
            self.happened.append(f"request {request.url}")

    def close(self) -> None:
        for event, hear in self.heard.items():
            self.page.remove_listener(event, hear)

    def ask(self, script: str):
        return self.page.evaluate(script)

    @property
    def text(self) -> str:
        return self.ask("document.body.innerText.replace('한국어', '')")
