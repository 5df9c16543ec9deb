"""A browser without JavaScript, and a person who does what the pages ask: by their documented ids and
names alone."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import requests

# More steps than any way through the pages has.
STEPS = 12


class Browser:
    """A browser: its cookies, and the headings of the pages that it showed."""

    def __init__(self, issuer):
        self.host = urlsplit(issuer).netloc
        self.session = requests.Session()
        self.seen = []

    def through(self, address, person, decision="allow"):
        """Goes to an address, and does what the pages ask until the browser leaves for an
        application. Gives the address there."""
        self.seen = []
        answer = self.session.get(address, allow_redirects=False, timeout=10)
        for _ in range(STEPS):
            if answer.status_code == 303:
                address = urljoin(answer.url, answer.headers["location"])
                if urlsplit(address).netloc != self.host:
                    return address
                answer = self.session.get(address, allow_redirects=False, timeout=10)
            else:
                answer = self.answer(answer, person, decision)
        raise AssertionError(f"it took more than {STEPS} steps: {self.seen}")

    def answer(self, page, person, decision):
        """Does what one page asks."""
        self.seen.append(unescape(re.search(r"<h1>([^<]*)</h1>", page.text)[1]))
        typed = {
            "sign-in": {"identifier": person["username"], "password": person["password"]},
            "consent": {"decision": decision},
            "sign-out": {"decision": "confirm"},
        }
        form = re.search(r'<form id="([^"]*)"[^>]*action="([^"]*)"[^>]*>(.*?)</form>', page.text, re.S)
        if form is None or form[1] not in typed:
            raise AssertionError(f"{page.status_code} {page.text}")
        hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[3])
        fields = {name: unescape(value) for name, value in hidden} | typed[form[1]]
        address = urljoin(page.url, unescape(form[2]))
        return self.session.post(address, fields, allow_redirects=False, timeout=10)
