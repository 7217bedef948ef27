"""What an HTML page loads and runs."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """Collects the addresses that a page loads, and its inline scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.assets: list[str] = []
        self.scripts: list[str] = []
        self._tag = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an address that the browser fetches by itself."""
        self._tag = tag
        given = dict(attrs)
        self.assets += [value for name in ("src", "href") if (value := given.get(name))]

    def handle_data(self, data: str) -> None:
        """Note a script."""
        if self._tag == "script" and data.strip():
            self.scripts.append(data)
