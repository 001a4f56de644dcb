"""What the tests expect of an answer of the login conversation."""

from __future__ import annotations

GENERIC = "the credentials were not accepted"
DENIED, AWAY = "access_denied", "temporarily_unavailable"


def refused(answer, error: str, status: int = 400) -> str:
    """Checks an OAuth error's form and returns its words."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["error"] == error, body
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Request-Id"]
    return body["error_description"]


def prompt(answer) -> dict:
    """Checks that the answer is one more question and returns it with its `auth_session`."""
    assert answer.status_code == 400, answer.text
    body = answer.json()
    assert body["error"] == "insufficient_authorization", body
    assert 0 < body["expires_in"] <= 600
    return {**body["prompt"], "auth_session": body["auth_session"]}
