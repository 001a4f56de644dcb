"""The commands for authors of modules, without an installation, and a second factor of the tests' own."""

from __future__ import annotations

import json
import pathlib
import subprocess

from varco_process import ROOT, binary

TEMPLATE = ROOT / "Examples" / "modules" / "template"


def varco(*arguments: object) -> subprocess.CompletedProcess:
    """The program without an installation."""
    return subprocess.run(
        [binary(), *map(str, arguments)], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)


def check(socket: str, *arguments: object) -> tuple[int, dict[str, dict]]:
    done = varco("module", "check", socket, "--json", *arguments)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, {rule["name"]: rule for rule in json.loads(done.stdout)["rules"]}


def new(folder: pathlib.Path, name: str, *arguments: str) -> pathlib.Path:
    done = varco("module", "new", name, "--in", folder, *arguments)
    assert done.returncode == 0, done.stderr
    return folder / name


# A second factor of the test's own: asks for the number that it shows, backwards.

BADGE = '''
HELLO = {"protocol": 1, "name": "badge", "version": "1.0", "role": "second-factor", "assurance": "low",
         "ceiling": "consultation", "capabilities": []}
ENROLLED = pathlib.Path(sys.argv[2])
OPEN = set()

def begin(request):
    subject = request["login"]["subject"]
    if subject is None:
        return {"step": "denied", "denial": {"reason": "bad-credentials"}}
    if subject.get("pseudonym") not in ENROLLED.read_text().split():
        return {"step": "denied", "denial": {"reason": "not-enrolled"}}
    state = json.dumps([subject, str(10**7 + int.from_bytes(os.urandom(3), "big"))])
    OPEN.add(state)
    return {"step": "prompt", "state": base64.b64encode(state.encode()).decode(), "prompt": {
        "id": "badge", "message": json.loads(state)[1], "fields": [{"name": "code", "label": "Code", "kind": "code"}]}}

def resume(request):
    state = base64.b64decode(request["state"]).decode(errors="replace")
    if state in OPEN:
        OPEN.remove(state)
        subject, number = json.loads(state)
        if request["answer"]["fields"].get("code") == number[::-1]:
            return {"step": "verified", "identity": {"subject": subject}}
    return {"step": "denied", "denial": {"reason": "bad-credentials"}}

'''


def badge_module(folder: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path]:
    """The program, and the file of the pseudonyms that it knows."""
    text = (TEMPLATE / "template.py").read_text()
    start, end = text.index("HELLO = "), text.index("class Handler")
    path, enrolled = folder / "badge.py", folder / "enrolled.txt"
    path.write_text(text[:start].replace("import errno", "import base64, errno") + BADGE.lstrip() + text[end:])
    enrolled.write_text("")
    return path, enrolled
