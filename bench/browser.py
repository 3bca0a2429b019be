"""A browser of sorts: one connection that is kept, cookies, and the sign-in form."""

import re
import time
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode


class Browser:
    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies: dict[str, str] = {}

    def request(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes, float]:
        """Status, body and milliseconds until its last byte."""
        headers = {"Accept": "text/html,application/json;q=0.9", "Accept-Encoding": "identity"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        start = time.perf_counter()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        milliseconds = (time.perf_counter() - start) * 1000
        for header in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        return response.status, content, milliseconds

    def get(self, path: str) -> tuple[int, bytes, float]:
        return self.request("GET", path)

    def sign_in(self, username: str, password: str) -> None:
        """Through the form that people use. Raises RuntimeError where that does not let us in."""
        _, page, _ = self.get("/accounts/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if not token:
            raise RuntimeError("There is no form to sign in at /accounts/login/.")
        form = {"username": username, "password": password, "csrfmiddlewaretoken": token[1].decode()}
        status, _, _ = self.request("POST", "/accounts/login/", urlencode(form))
        if status != 302:
            raise RuntimeError(f"{username} could not sign in: {status}.")
