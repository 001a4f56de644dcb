"""Holds messages against the schemas of docs/remote-modules.

Reads a JSON list of {"schema": name, "text": message} and writes a list of lists: what each schema says is wrong.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "remote-modules" / "schema"


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((FOLDER / f"{name}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


if __name__ == "__main__":
    known: dict[str, Draft202012Validator] = {}
    answers = []
    for question in json.load(sys.stdin):
        name = question["schema"]
        known[name] = known.get(name) or validator(name)
        errors = known[name].iter_errors(json.loads(question["text"]))
        answers.append([f"{error.json_path}: {error.validator}" for error in errors])
    json.dump(answers, sys.stdout)
