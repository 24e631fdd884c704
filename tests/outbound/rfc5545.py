"""A strict reader of iCalendar (RFC 5545, RFC 5546), apart from the library that wrote it: what a picky calendar program refuses."""

import re

_LINE = re.compile(r'^[A-Z0-9-]+(?:;[A-Z0-9-]+=(?:"[^"\x00-\x1f]*"|[^";:,\x00-\x1f]*))*:[^\x00-\x08\x0a-\x1f]*$')
_LOCAL, _UTC = re.compile(r"^\d{8}T\d{6}$"), re.compile(r"^\d{8}T\d{6}Z$")
_ONCE = ("UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "ORGANIZER", "STATUS", "SUMMARY")


def faults(raw: bytes) -> list[str]:
    """What is wrong with ``raw``; nothing where every program takes it."""
    found = [f"a line of {len(line)} octets" for line in raw.split(b"\r\n") if len(line) > 75]
    if b"\n" in raw.replace(b"\r\n", b"") or not raw.endswith(b"\r\n"):
        found.append("a line does not end with CRLF")
    lines = re.sub(r"\r\n[ \t]", "", raw.decode("utf-8")).split("\r\n")[:-1]
    found += [f"not a line of content: {line}" for line in lines if not _LINE.match(line)]
    return found + _nesting(lines) + _calendar(lines) + _events(lines)


def _nesting(lines: list[str]) -> list[str]:
    open_ones: list[str] = []
    for line in lines:
        name, _, value = line.partition(":")
        if name == "BEGIN":
            open_ones.append(value)
        elif name == "END" and (not open_ones or open_ones.pop() != value):
            return [f"END of {value} without its BEGIN"]
    return [f"{open_ones} is never closed"] if open_ones else []


def _calendar(lines: list[str]) -> list[str]:
    names = [line.partition(":")[0] for line in lines]
    wrong = [f"{name} must stand once" for name in ("VERSION", "PRODID", "METHOD") if names.count(name) != 1]
    zones = {line.partition(":")[2] for line in lines if line.startswith("TZID:")}
    used = set(re.findall(r"TZID=\"?([^:;\"]+)", "\n".join(lines)))
    return wrong + [f"no VTIMEZONE for {each}" for each in used - zones]


def _events(lines: list[str]) -> list[str]:
    body = lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT")]
    named = [(re.split("[;:]", line)[0], line) for line in body]
    wrong = [f"{name} must stand once" for name in _ONCE if sum(each == name for each, _ in named) != 1]
    for name, line in named:
        value = line.rpartition(":")[2]
        if name == "DTSTAMP" and not _UTC.match(value):
            wrong.append("DTSTAMP is not in UTC")
        if name in ("DTSTART", "DTEND") and not (_UTC.match(value) or ("TZID=" in line and _LOCAL.match(value))):
            wrong.append(f"{name} says no zone")
        if name in ("ORGANIZER", "ATTENDEE") and not re.search(r":mailto:[^\s@]+@[^\s@]+$", line, re.IGNORECASE):
            wrong.append(f"{name} is no address")
    method = next((line for line in lines if line.startswith("METHOD:")), "")
    if method == "METHOD:CANCEL" and "STATUS:CANCELLED" not in body:
        wrong.append("a cancelled meeting does not say so")
    if not any(name == "ATTENDEE" for name, _ in named) and method == "METHOD:REQUEST":
        wrong.append("a request without anybody who is asked")
    return wrong
