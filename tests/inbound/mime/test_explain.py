import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from app.cli.explain import explain
from tests.inbound.mime.samples import MAILS

WHO = ["--user", "anna@firm.example", "--intake", "crm@firm.example", "--domain", "firm.example"]


def test_one_json_object_a_line_for_each_file() -> None:
    files = [str(MAILS / "forward_pl.eml"), "/does/not/exist.eml", str(MAILS / "bounce_en.eml")]
    result = CliRunner().invoke(explain, ["--json", *WHO, *files])
    assert result.exit_code == 0
    forward, missing, bounce = map(json.loads, result.output.splitlines())
    assert forward["kind"] == "forward"
    assert forward["contact"]["address"] == "jan.kowalski@klient.example"
    assert forward["forwarded"]["from"]["address"] == "jan.kowalski@klient.example"
    assert forward["date"] == "2026-11-20T10:00:00+01:00"
    assert missing["kind"] == "unreadable"
    assert bounce["bounce"] == {"recipient": "gone@client.example", "status": "5.1.1", "permanent": True}
    assert list(forward) == list(missing)


def test_words_for_people() -> None:
    result = CliRunner().invoke(explain, [*WHO, str(MAILS / "bcc_fr.eml")])
    assert result.exit_code == 0
    assert "bcc - Anna Nowak wrote to helene.marchand@client.example" in result.output


def test_it_runs_without_the_application_from_standard_input() -> None:
    command = [sys.executable, "-m", "app.cli.explain", "--json", *WHO, "-"]
    done = subprocess.run(
        command,
        input=(MAILS / "form_fr.eml").read_bytes(),
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    facts = json.loads(done.stdout)
    assert (facts["file"], facts["kind"]) == ("-", "form")
