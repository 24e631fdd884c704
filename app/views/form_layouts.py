"""Layouts of other programs' forms: taught from a sample, tested against others, switched off."""

from typing import Any

from flask import flash, g, redirect, request, url_for
from flask_appbuilder import action, expose, has_access, permission_name
from flask_babel import gettext, lazy_gettext

from app.domain.errors import DomainError
from app.domain.form_fields import Meaning
from app.domain.labels import label
from app.inbound import decisions
from app.models import FormLayout
from app.operations import records
from app.operations.form_layouts import labels_of, teach_layout
from app.permissions.actor import current_actor
from app.permissions.rights import Action
from app.support.i18n import N_
from app.support.text import shorten
from app.views import form_samples as samples
from app.views.base import CrmView, OperationInterface, say

LABELS_TEMPLATE = "form_layout_labels.html"


class FormLayoutView(CrmView):
    datamodel = OperationInterface(FormLayout)
    list_title, show_title = lazy_gettext("Taught forms"), lazy_gettext("Taught form")
    add_title, edit_title = lazy_gettext("Teach a form"), lazy_gettext("Edit taught form")
    list_columns = ["name", "is_active", "sender", "subject", "team", "owner"]
    order_columns = ["name", "sender"]
    base_order = ("name", "asc")
    search_columns = ["name", "sender", "is_active", "team", "owner"]
    show_columns = ["name", "is_active", "sender", "subject", "pipeline", "team", "owner", "taught_by", "created_at"]
    add_columns = ["name", "sender", "subject", "pipeline", "team", "owner"]
    edit_columns = [*add_columns, "is_active"]
    label_columns = {
        "name": lazy_gettext("Name"),
        "is_active": lazy_gettext("Switched on"),
        "sender": lazy_gettext("Comes from"),
        "subject": lazy_gettext("Subject contains"),
        "pipeline": lazy_gettext("Pipeline"),
        "team": lazy_gettext("Team"),
        "owner": lazy_gettext("Salesperson"),
        "taught_by": lazy_gettext("Taught by"),
        "created_at": lazy_gettext("Created on"),
    }
    description_columns = {
        "sender": lazy_gettext("The address that sends the form, or its domain, such as site.example"),
        "subject": lazy_gettext("Empty: any subject. Needed only when the same address sends several forms"),
        "team": lazy_gettext("Gets the opportunity when no salesperson is named"),
        "pipeline": lazy_gettext("Empty: that of the address that the form comes to"),
        "is_active": lazy_gettext("Off: its mails are read as if nobody had taught them"),
    }
    can_archive = False
    form_buttons = (("preview", lazy_gettext("Preview")),)
    show_template = "form_layout.html"
    empty_text = lazy_gettext("No form is taught yet. Show Kurier one mail that your site sends: it will understand all that follow.")
    add_label = lazy_gettext("Teach a form")

    # ---- the sample

    @expose("/teach")
    @has_access
    @permission_name("add")
    def teach(self) -> Any:
        """Where a sample is pasted or uploaded."""
        return self._ask_for_sample()

    def _ask_for_sample(self, refusal: str = "") -> Any:
        return self.render_template(
            "form_layout_teach.html", title=self.add_title, crumbs=[(self.list_title, url_for(".list")), (self.add_title, None)],
            error=refusal, pasted=request.form.get("pasted", ""),
        )

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> Any:
        try:
            sample = samples.posted_sample()
        except DomainError as refusal:
            return self._ask_for_sample(say(refusal))
        if sample is None:
            return redirect(url_for(".teach")) if request.method == "GET" else self._ask_for_sample(
                gettext("Paste a mail of the form, or choose a file."))
        if request.method == "GET" or "read" in request.form:
            if not samples.proposed_pairs(sample):
                flash(gettext("No labels were found in this mail. Type them as they stand in it, one after the other, and look at the preview."), "warning")
            return self.render_template(self.add_template, title=self.add_title, widgets=self._get_add_widget(form=self._proposed(sample)))
        return super().add()

    def _proposed(self, sample: samples.Sample) -> Any:
        form = self.add_form.refresh()
        form.sender.data = samples.proposed_sender(sample)
        author = sample.mail.author
        form.name.data = shorten((author.name if author else "") or sample.mail.subject, 120)
        return form

    def _add(self) -> Any:
        if "preview" in request.form:
            return self._get_add_widget(form=self.add_form.refresh())
        return super()._add()

    def _edit(self, pk: Any) -> Any:
        if not {"preview", "read"} & request.form.keys():
            return super()._edit(pk)
        item = self.found(pk, Action.WRITE)
        form = self.edit_form.refresh()
        form._id = item.id
        found = self._get_edit_widget(form=form)
        found["edit"].template_args.update(item=item, version=request.form.get("version", type=int))
        found["related_views"] = []
        return found

    @expose("/test/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def test(self, pk: Any) -> Any:
        """The layout as it is saved with another sample: nothing is changed."""
        item = self.found(pk, Action.WRITE)
        try:
            if samples.posted_sample() is None:
                raise DomainError("no_sample", N_("Paste a mail of the form, or choose a file."))
        except DomainError as refusal:
            flash(say(refusal), "danger")
            return redirect(url_for(".show", pk=pk))
        found = self._get_edit_widget(form=self.edit_form(formdata=None, obj=item))
        found["edit"].template_args.update(item=item, version=item.version)
        return self.render_template(
            self.edit_template, title=self.edit_title, widgets=found, related_views=[], form_action=url_for(".edit", pk=pk))

    # ---- the labels, inside the form

    def _get_add_widget(self, form: Any, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_add_widget(form, *args, **kwargs)
        found["add"].template_args.update(self._inner(form, None))
        return found

    def _get_edit_widget(self, form: Any, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_edit_widget(form, *args, **kwargs)
        found["edit"].template_args.update(self._inner(form, self.found((request.view_args or {}).get("pk"))))
        return found

    def _inner(self, form: Any, item: FormLayout | None) -> dict[str, Any]:
        """What stands in the form besides its fields: the labels, the sample, and the preview that was asked for."""
        refusal, sample = "", None
        try:
            sample = samples.posted_sample() or samples.of_message(item.taught_from if item else None)
        except DomainError as error:
            refusal = say(error)
        pairs = samples.posted_pairs()
        if request.method == "GET" or "label" not in request.form:
            pairs = [(name, meaning) for name, meaning in item.labels] if item else samples.proposed_pairs(sample) if sample else []
        shown = FormLayout(name=form.name.data or "", sender=form.sender.data or "", subject=form.subject.data or "")
        return {
            "inner": LABELS_TEMPLATE, "rows": samples.label_rows(pairs, sample), "meanings": samples.choices(),
            "sample": samples.described(sample) if sample else None, "sample_refusal": refusal, "is_new": item is None,
            "preview": samples.preview(sample, shown, pairs) if sample and pairs else None, "text_meaning": Meaning.TEXT.value,
            "is_asked": bool({"preview", "read"} & request.form.keys()) and (item is not None or "label" in request.form),
        }

    # ---- what the operations are

    def create_record(self, values: dict[str, Any]) -> Any:
        sample = samples.posted_sample()
        source = sample.message if sample else None
        labels = labels_of(samples.posted_pairs())
        return teach_layout({**values, "labels": labels, "taught_from_id": source.id if source else None}, actor=current_actor())

    def update_record(self, item: Any, changes: dict[str, Any], seen_version: int | None) -> None:
        changes = {**changes, "labels": labels_of(samples.posted_pairs())}
        records.update(item, changes, seen_version=seen_version, actor=current_actor())

    def post_add_redirect(self) -> Any:
        item = g.get("saved_record")
        message = samples.taught_message(item.taught_from_id) if item is not None else None
        if message is None or "replay" not in request.form or message.state not in samples.REPLAYABLE:
            return super().post_add_redirect()
        if self.perform(lambda: decisions.replay(message, actor=current_actor()), gettext("The message was filed once more: see what became of it.")):
            return redirect(url_for("IncomingMessageView.show", pk=message.id))
        return super().post_add_redirect()

    def _get_show_widget(self, pk: Any, item: Any, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_show_widget(pk, item, *args, **kwargs)
        found["show"].template_args.update(
            labels=[(name, gettext(label(Meaning(meaning)))) for name, meaning in item.labels], source=item.taught_from,
        )
        return found

    # ---- on and off

    @action("enable", lazy_gettext("Switch on"), None, "play-circle")
    def enable(self, items: Any) -> Any:
        return self._each(items, lambda item: records.update(item, {"is_active": True}, actor=current_actor()), Action.WRITE)

    @action("disable", lazy_gettext("Switch off"), None, "pause-circle")
    def disable(self, items: Any) -> Any:
        return self._each(items, lambda item: records.update(item, {"is_active": False}, actor=current_actor()), Action.WRITE)
