"""What is remembered: one file per noun. Importing this package maps them all."""

from app.models.accounts import Account, AccountType
from app.models.action_types import ActionType
from app.models.address_findings import AddressFinding
from app.models.alerts import Alert, AlertRun, AlertSetting
from app.models.api_tokens import ApiToken
from app.models.appointments import Appointment
from app.models.attachments import Attachment
from app.models.audit import AuditLine
from app.models.backfills import Backfill
from app.models.base import Model, Record
from app.models.board_totals import board_total as board_total
from app.models.bulk_changes import BulkChange, BulkItem
from app.models.calendar_feeds import CalendarFeed
from app.models.campaigns import Campaign
from app.models.closing import CloseReason, Competitor
from app.models.contacts import Contact, ContactAddress, ContactPhone
from app.models.crm_addresses import CrmAddress
from app.models.custom_fields import CustomChoice, CustomField
from app.models.engagements import Engagement
from app.models.firm import Firm
from app.models.follow_ups import FollowUp, FollowUpLine, FollowUpRun
from app.models.form_layouts import FormLayout
from app.models.grants import Grant
from app.models.handovers import Deputy, Handover, Successor, WorkMove
from app.models.identity_providers import Identity, IdentityProvider
from app.models.imports import Import, ImportPortion, ImportRow
from app.models.informed import Informed
from app.models.list_views import ListView
from app.models.mail_links import UsedMailLink
from app.models.mail_templates import MailTemplate
from app.models.mailboxes import Mailbox
from app.models.merges import Merge
from app.models.messages import Delivery, IncomingMessage, MessageReference
from app.models.objectives import Objective
from app.models.opportunities import Opportunity
from app.models.order_totals import order_total as order_total
from app.models.orders import Order, OrderAssignment, OrderLink
from app.models.outbox import OutgoingMail
from app.models.passkeys import Passkey
from app.models.pipelines import Pipeline, Step
from app.models.privileges import Privilege
from app.models.profiles import Profile
from app.models.proposals import Proposal
from app.models.prospect_rows import ProspectRow, RowMessage, RowVerification, Suppression
from app.models.replays import Replay
from app.models.result_totals import campaign_total as campaign_total
from app.models.result_totals import cohort_total as cohort_total
from app.models.result_totals import competitor_total as competitor_total
from app.models.result_totals import reason_total as reason_total
from app.models.result_totals import result_total as result_total
from app.models.self_tests import SelfTest
from app.models.sender_rules import SenderRule
from app.models.sign_in import PasswordReset, RecoveryCode, SecondFactor, UserSession
from app.models.summaries import SummarySending, SummarySubscription
from app.models.tags import Tag
from app.models.tasks import Task
from app.models.teams import Team, TeamMembership
from app.models.ticks import Tick
from app.models.timeline import TimelineEntry
from app.models.timeline_holders import timeline_handed as timeline_handed
from app.models.timeline_holders import timeline_holder as timeline_holder
from app.models.users import Role, User, UserAddress
from app.models.users import user_word as user_word
from app.models.web_forms import WebForm

__all__ = [
    "Account", "AccountType", "ActionType", "AddressFinding", "Alert", "AlertRun", "AlertSetting", "ApiToken", "Appointment",
    "Attachment", "AuditLine", "Backfill", "BulkChange", "BulkItem", "CalendarFeed", "Campaign", "CloseReason", "Competitor",
    "Contact", "ContactAddress", "ContactPhone", "CrmAddress", "CustomChoice", "CustomField", "Delivery", "Deputy", "Engagement", "Firm", "FollowUp",
    "FollowUpLine", "FollowUpRun", "FormLayout", "Grant",
    "Handover", "Identity", "IdentityProvider", "Import", "ImportPortion", "ImportRow", "IncomingMessage", "Informed",
    "ListView", "MailTemplate", "Mailbox", "Merge", "MessageReference", "Model",
    "Objective", "Opportunity", "OutgoingMail", "Passkey", "PasswordReset", "Pipeline", "Privilege", "Profile", "Proposal", "Record", "RecoveryCode",
    "Replay", "Role", "SecondFactor", "SelfTest", "SenderRule", "Step", "Successor", "SummarySending",
    "SummarySubscription", "Tag", "Task", "Team", "TeamMembership", "Tick", "TimelineEntry", "UsedMailLink", "User", "UserAddress",
    "UserSession",
    "WebForm", "WorkMove",
    "Order", "OrderAssignment", "OrderLink", "ProspectRow", "RowMessage", "RowVerification", "Suppression",
]
