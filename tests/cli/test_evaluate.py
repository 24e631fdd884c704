"""The command that measures says what is right, what is not, and in which mail."""

import json
from pathlib import Path

from click.testing import CliRunner

from app.cli.evaluate import evaluate
from tests.inbound.mime.forward_samples import ADDRESS, BODY, NAME, SUBJECT, TEXTS
from tests.inbound.mime.samples import sample


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _forwards(folder: Path) -> None:
    cases = []
    for program, sender in (("onet", ADDRESS), ("zimbra_free", "nobody@client.example")):
        _write(folder, f"forwards/{program}_pl_body.txt", TEXTS[program][1] + BODY)
        expected = {"forwarded": True, "email.subject": SUBJECT, "email.from.address": sender, "email.from.name": NAME}
        cases.append({"body": f"{program}_pl_body.txt", "subject": None, "expect": expected})
    _write(folder, "forwards/expected.json", json.dumps(cases))


def test_what_is_right_and_what_is_not(tmp_path: Path) -> None:
    _forwards(tmp_path)
    _write(tmp_path, "replies/emails/a.txt", "Zgoda.\n\nOn 3 Nov 2026, at 10:12, Marc <m@firm.example> wrote:\n> Oui ?")
    _write(tmp_path, "replies/trimmed/a.txt", "Zgoda.")
    result = CliRunner().invoke(evaluate, ["--show", str(tmp_path)])
    assert result.exit_code == 0
    assert "forwards: 1 of 2 right" in result.output
    assert "forwards as html only, quotes: 1 of 2 right" in result.output
    assert "email.from.address 1/2, email.from.name 2/2" in result.output
    assert "pl 1/2" in result.output
    assert f"email.from.address: '{ADDRESS}' instead of 'nobody@client.example'" in result.output
    assert "replies: 1 of 1 right" in result.output
    assert "bounces" not in result.output


def test_characters_that_do_not_fit_are_left_out(tmp_path: Path) -> None:
    _forwards(tmp_path)
    result = CliRunner().invoke(evaluate, [str(tmp_path)])
    windows = next(line for line in result.output.splitlines() if line.startswith("forwards as windows-1252"))
    assert "0 of 1 right" in windows
    assert "1 that do not fit left out" in windows


def test_precision_and_recall_of_permanent_failures(tmp_path: Path) -> None:
    for name in ("gone", "full"):
        (tmp_path / "bounces").mkdir(exist_ok=True)
        (tmp_path / "bounces" / f"{name}.eml").write_bytes(sample("bounce_en"))
    expected = {
        "gone": [{"reason": "userunknown", "hard": True}],
        "full": [{"reason": "mailboxfull", "hard": False}],
    }
    _write(tmp_path, "bounces/expected.json", json.dumps(expected))
    result = CliRunner().invoke(evaluate, ["--show", str(tmp_path)])
    assert "permanent: precision 1/2, recall 1/1" in result.output
    assert "full (mailboxfull)" in result.output


def test_a_folder_without_any_part_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(evaluate, [str(tmp_path)])
    assert result.exit_code == 2
    assert "forwards, replies" in result.output
