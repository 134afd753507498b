"""Tables of the event log: rows are added, and only the erasable part may ever go."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One thing that happened. `leaf` covers every other column but the row's own number.

    `public_json` holds the payload without private fields; `private_commit` is the salted
    digest of the private ones. Hashes are lower-case hexadecimal.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=80)
    entity = models.CharField(max_length=40)
    entity_id = models.CharField(max_length=64)
    activity = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=8)
    actor = models.CharField(max_length=36, blank=True)
    on_behalf_of = models.CharField(max_length=36, blank=True)
    via = models.CharField(max_length=16)
    at_occurred = models.DateTimeField()
    at_recorded = models.DateTimeField()
    object_version = models.PositiveIntegerField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    public_json = models.TextField()
    private_commit = models.CharField(max_length=64, blank=True)
    leaf = models.CharField(max_length=64)

    class Meta:
        db_table = "event"
        indexes = [models.Index(fields=["entity", "entity_id", "id"], name="event_of_entity")]

    def __str__(self) -> str:
        return f"{self.kind} {self.entity}/{self.entity_id}"


class DataKey(models.Model):
    """The key of one person's private text, wrapped by the master key outside the database."""

    id = models.BigAutoField(primary_key=True)
    owner = models.CharField(max_length=80, unique=True)
    wrapped = models.BinaryField()

    class Meta:
        db_table = "event_data_key"

    def __str__(self) -> str:
        return self.owner


class EventPrivate(models.Model):
    """The erasable part of an event: salt and encrypted private fields."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="private")
    key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    salt = models.BinaryField()
    blob = models.BinaryField()

    class Meta:
        db_table = "event_private"

    def __str__(self) -> str:
        return str(self.event_id)


class EventPending(models.Model):
    """The sealer's queue, written in the transaction of the event."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="pending")
    leaf = models.CharField(max_length=64)

    class Meta:
        db_table = "event_pending"

    def __str__(self) -> str:
        return str(self.event_id)


class EventSeal(models.Model):
    """The gapless position of an event and the chain up to it."""

    seq = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="seal")
    chain = models.CharField(max_length=64)

    class Meta:
        db_table = "event_seal"

    def __str__(self) -> str:
        return str(self.seq)


class SealState(models.Model):
    """The sealer's one working row: size, chain and Merkle frontier (as stack of subtree roots).

    Nothing is proved by it; `verify` computes all of it anew from the events.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    chain = models.CharField(max_length=64, default="0" * 64)
    frontier = models.TextField(default="[]")

    class Meta:
        db_table = "event_seal_state"

    def __str__(self) -> str:
        return str(self.size)


class Checkpoint(models.Model):
    """A signed tree head: the text in `note` is what was signed."""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    at_utc = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    note = models.TextField()

    class Meta:
        db_table = "checkpoint"

    def __str__(self) -> str:
        return str(self.size)


class FollowerPosition(models.Model):
    """How far a follower has read, by seal position."""

    name = models.CharField(max_length=60, primary_key=True)
    seq = models.BigIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)

    class Meta:
        db_table = "follower_position"

    def __str__(self) -> str:
        return f"{self.name}: {self.seq}"
