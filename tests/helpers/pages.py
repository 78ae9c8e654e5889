"""A parser that holds a page to be well-formed."""

from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br", "input"}


class Checker(HTMLParser):
    """Counts elements and refuses tags that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.tags, self.sources, self.names, self.texts = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.names += [value for name, value in attrs if name == "id"]
        self.sources += [value for name, value in attrs if name in ("src", "href")]
        if tag == "img":
            assert dict(attrs)["alt"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def check(page: str) -> Checker:
    """Parse a whole page."""
    checker = Checker()
    checker.feed(page)
    checker.close()
    assert checker.open == []
    return checker
