"""The description of the API against the routes that the gateway has."""

from __future__ import annotations

import re

import pytest
import yaml

from varco_process import ROOT

DOCUMENT = ROOT / "docs" / "openapi.yaml"
METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")

# Every route of the two listeners, as the architecture lists them.
PUBLIC = {
    ("post", "/oauth2/authorize-challenge"), ("post", "/oauth2/token"), ("post", "/oauth2/introspect"),
    ("post", "/oauth2/revoke"), ("get", "/oauth2/jwks"), ("get", "/.well-known/oauth-authorization-server"),
    ("get", "/forward-auth"), ("get", "/openapi.yaml"), ("get", "/login"), ("get", "/login/cns"),
    ("post", "/login/cns/begin"), ("post", "/login/cns/confirm"), ("get", "/assets/varco.css"),
    ("get", "/login/step"), ("post", "/login/step/begin"), ("post", "/login/step/confirm"), ("get", "/login/return"),
}
#: On listeners of their own, which the shared installation has not; test_cns_login.py asks them.
CARDS = {("get", "/cns")}
ADMIN = {("get", "/healthz"), ("get", "/readyz"), ("get", "/metrics"), ("get", "/modules")}


@pytest.fixture(scope="module")
def document() -> dict:
    return yaml.safe_load(DOCUMENT.read_text())


def operations(document: dict) -> set[tuple[str, str]]:
    return {(method, path) for path, item in document["paths"].items() for method in item if method in METHODS}


def test_the_description_is_openapi_3_1_and_every_operation_says_what_it_answers(document):
    assert re.fullmatch(r"3\.1\.\d+", document["openapi"])
    assert document["info"]["title"] and document["info"]["version"]
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                assert item[method].get("responses"), f"{method} {path}"
    names = [document["paths"][path][method].get("operationId") for method, path in operations(document)]
    named = [name for name in names if name]
    assert len(named) == len(set(named))


def test_every_reference_in_the_description_leads_somewhere(document):
    def walk(node):
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            for value in node.values():
                yield from walk(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value)

    for reference in walk(document):
        assert reference.startswith("#/"), reference
        target = document
        for part in reference[2:].split("/"):
            part = part.replace("~1", "/").replace("~0", "~")
            assert part in target, reference
            target = target[part]


def test_the_gateway_serves_the_description_byte_for_byte(varco):
    answer = varco.get("/openapi.yaml")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/yaml")
    assert answer.content == DOCUMENT.read_bytes()


def test_every_operation_that_is_described_exists(varco, document):
    for method, path in sorted(operations(document) - CARDS):
        base = varco.admin if (method, path) in ADMIN else varco.url
        answer = varco.http.request(method.upper(), f"{base}{path}", timeout=20, allow_redirects=False)
        assert answer.status_code not in (404, 405), f"{method} {path}: {answer.status_code}"
        assert answer.status_code < 500, f"{method} {path}: {answer.status_code}"


def test_no_route_of_the_gateway_is_left_out_of_the_description(document):
    missing = (PUBLIC | CARDS | ADMIN) - operations(document)
    assert not missing, missing


def test_the_description_has_no_route_that_this_test_does_not_know(document):
    unknown = {one for one in operations(document) - PUBLIC - CARDS - ADMIN if one != ("head", "/forward-auth")}
    assert not unknown, unknown


@pytest.mark.parametrize("method, path", sorted(PUBLIC | ADMIN))
def test_each_route_answers_its_method_and_refuses_others(varco, method, path):
    base = varco.admin if (method, path) in ADMIN else varco.url
    assert varco.http.request(method.upper(), f"{base}{path}", timeout=20).status_code not in (404, 405)
    answer = varco.http.request("DELETE", f"{base}{path}", timeout=20)
    assert answer.status_code in (404, 405)
    assert answer.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("path", sorted(path for _, path in ADMIN))
def test_the_public_listener_has_nothing_of_the_admin_listener(varco, path):
    answer = varco.get(path)
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:varco:problem:no-such-page"


def test_the_admin_listener_has_nothing_of_the_public_one(varco):
    assert varco.http.get(f"{varco.admin}/oauth2/jwks", timeout=20).status_code == 404
