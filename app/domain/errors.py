"""A refusal: what is so and what the reader can do, in one plain sentence."""

from typing import Any, Self

from app.support.i18n import N_


class Refusal(Exception):
    """Not done. ``message`` is an English sentence with ``%(name)s`` places, translated at the door."""

    def __init__(self, code: str, message: str, **params: Any) -> None:
        self.code, self.message, self.params, self.field = code, message, params, ""
        super().__init__(message % params if params else message)

    def of(self, field: str) -> Self:
        """The same refusal, because of what stands in ``field`` of the form."""
        self.field = field
        return self


class DomainError(Refusal):
    """Refused by a rule, whoever asks."""


class Stale(DomainError):
    """Somebody else changed the record between reading and writing."""

    def __init__(self) -> None:
        super().__init__(
            "stale",
            N_("Somebody else changed this record meanwhile. What you typed is still here: compare it, then save again."),
        )


class Forbidden(Refusal):
    """The actor may see the record but may not do this with it. No ``DomainError``: where a form says what a rule refuses, this goes on to 403."""

    def __init__(self, message: str = N_("Your rights do not include this. Ask the owner of the record or an administrator.")) -> None:
        super().__init__("forbidden", message)


class ForbiddenField(Forbidden):
    """A field that is hidden from the actor, or that they may only read, was to be changed."""

    def __init__(self, field: str, subject_type: str, subject_id: int | None = None, subject_name: str = "") -> None:
        super().__init__(N_("One of these fields is not yours to change. Nothing was saved; an administrator sees that it was tried."))
        self.field, self.subject_type, self.subject_id, self.subject_name = field, subject_type, subject_id, subject_name


class NotFound(DomainError):
    """No such record, or none that the actor may know of."""

    def __init__(self) -> None:
        super().__init__("not_found", N_("This record does not exist, or it is not yours to see."))
