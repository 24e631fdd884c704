"""The foot of a mail states facts about its writer; every mail here is constructed."""

import time

import pytest

from app.domain.proposals import Detail, sign_of
from app.inbound.mime.mail import Address
from app.inbound.mime.signature_numbers import e164
from app.inbound.mime.signatures import Signature, read_signature
from tests.inbound.mime.signature_samples import SAMPLES, Sample

COMPLETE = next(each.text for each in SAMPLES if each.name == "fr_complete")


def read(sample: Sample, html: str | None = None) -> Signature:
    name, _, address = sample.sender.rstrip(">").partition(" <")
    is_ours = "jean@ours.example".__eq__
    return read_signature(sample.text, html=html, region=sample.region, person=Address(name, address), is_ours=is_ours)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_what_a_signature_states(sample: Sample) -> None:
    """All of it and nothing else; what is missing from the list must not be found."""
    found = [f"{fact.detail} {fact.value.replace(chr(10), ' / ')}" for fact in read(sample).facts]
    assert sorted(found) == sorted(sample.expected.splitlines())


def test_each_fact_says_where_it_stood() -> None:
    lines = {fact.value: fact.line for fact in read_signature(COMPLETE, region="FR").facts}
    assert lines["+33612345678"] == "Tél. : 01 23 45 67 89 | Mob. : 06 12 34 56 78"
    assert lines["12 rue de la Paix\n75002\nParis"] == "12 rue de la Paix, 75002 Paris"


@pytest.mark.parametrize("closer", ["Cordialement,", "Bien cordialement", "-- ", "Bonne journée,"])
def test_however_the_writer_takes_leave(closer: str) -> None:
    found = read_signature(COMPLETE.replace("Cordialement,", closer), region="FR")
    assert (found.name, found.first(Detail.JOB), len(found.facts)) == ("Jean Dupont", "Directeur des achats", 9)


def test_the_country_of_a_number_follows_the_writers_domain() -> None:
    text = "OK.\n\nBest regards,\nJan Kos\nphone 22 123 45 67\n"
    found = read_signature(text, region="FR", person=Address("Jan Kos", "jan@kos.pl"))
    assert found.values(Detail.PHONE) == ["+48221234567"]
    assert read_signature(text, region="FR").values(Detail.PHONE) == []


def test_a_signature_that_html_marks_needs_no_second_reading_of_the_quote() -> None:
    html = "<p>Entendu.</p><div class='gmail_signature'>Eva Blanc<br>06 44 55 66 77</div>"
    html += "<blockquote>Jean Lefèvre<br>06 12 34 56 78</blockquote>"
    text = "Entendu.\n\nEva Blanc\n06 44 55 66 77\n\n> Jean Lefèvre\n> 06 12 34 56 78\n"
    found = read_signature(text, html=html, region="FR", person=Address("Eva Blanc", "eva@blanc.example"))
    assert found.values(Detail.PHONE) == ["+33644556677"]


@pytest.mark.parametrize(("detail", "one", "other"), [
    (Detail.PHONE, "+48 85 555 01 42", "85 555 01 42"), (Detail.WEBSITE, "https://www.alfa.example/", "alfa.example"),
    (Detail.COMPANY, "ALFA Sp. z o. o.", "Alfa sp. z o.o."), (Detail.JOB, "Gérant", "gerant"),
    (Detail.ADDRESS, "12, rue Foch\n75002\nParis", "12 rue Foch\n75002\nPARIS"),
])
def test_two_writings_of_one_value(detail: Detail, one: str, other: str) -> None:
    assert sign_of(detail, one) == sign_of(detail, other)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "+33 ",
        "a.",
        "www.",
        "rue ",
        "ul. ",
        "A ",
        "FR 1",
        "NIP ",
        "(0)",
        "Merci\n",
        "Merci\n+33 1 23 45 67 89\n",
        "Sp. z o.o. ",
    ],
)
def test_crafted_text_takes_linear_time(piece: str) -> None:
    read_signature(piece * (512 * 1024 // len(piece)), region="FR")


def test_reading_a_signature_is_quick() -> None:
    """It runs on every mail; the limit leaves room for a busy machine, ``e164`` starts cold."""
    for sample in SAMPLES:
        read(sample)
    e164.cache_clear()
    start = time.process_time()
    for sample in SAMPLES:
        read(sample)
    assert (time.process_time() - start) / len(SAMPLES) < 0.002
