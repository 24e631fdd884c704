"""What is due by the database is put into the queue again: losing Redis loses nothing."""

from flask import current_app
from redis import Redis

from app.inbound import pipeline
from app.inbound.reader import ReadingProcess
from app.jobs.queue import BULK, IMPORT, MOVE, PASSWORD, REPLAY, SEND, SETTLE, enqueue
from app.operations import bulk_changes, deliveries, replays, work_moves
from app.operations.importing import runs
from app.queries import due
from app.queries.password_resets import not_taken_up

BATCH = 500


def sweep() -> None:
    """Queue every delivery that waits for its outcome, every mail that waits to be sent, and all long work that goes on."""
    connection = Redis.from_url(current_app.config["SETTINGS"].redis_url)
    for delivery_id in deliveries.due(BATCH):
        enqueue(connection, SETTLE, delivery_id)
    for outgoing_id in due.outgoing(BATCH):
        enqueue(connection, SEND, outgoing_id)
    for reset_id in not_taken_up(BATCH):
        enqueue(connection, PASSWORD, reset_id)
    for replay_id in replays.running():
        enqueue(connection, REPLAY, replay_id)
    for move_id in work_moves.running():
        enqueue(connection, MOVE, move_id)
    for change_id in bulk_changes.running():
        enqueue(connection, BULK, change_id)
    for import_id in runs.working():
        enqueue(connection, IMPORT, import_id)


def settle(delivery_id: int) -> None:
    """Give one delivery its outcome; one that has it is left alone."""
    with ReadingProcess() as reader:  # it may be a message that broke a process before
        pipeline.settle_all([delivery_id], reader)
