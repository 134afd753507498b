"""Writing the evidence down."""

from __future__ import annotations

from django.db import transaction

from trueup.core.events.assurance import EvidencePackWritten
from trueup.desk.assurance.export import Written, write
from trueup.desk.assurance.models import EvidencePack
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.eventlog.verbs import append


def write_pack(*, actor: Who, via: str = "web") -> EvidencePack:
    """Write the evidence as it stands now and chain it to the pack before.

    The files are written first, from one view of the database; the row and its event follow.
    """
    require(actor, "write_pack", EvidencePack)
    last = EvidencePack.objects.order_by("-as_of").first()
    made = write(previous=last.manifest_sha256 if last else None)
    return _keep(made, actor, via)


def _keep(made: Written, actor: Who, via: str) -> EvidencePack:
    with transaction.atomic():
        pack = EvidencePack.objects.create(
            id=made.id,
            folder=made.folder,
            manifest_sha256=made.manifest_sha256,
            previous=made.previous or "",
            log_seq=made.log_seq,
            as_of=made.as_of,
            texts=made.texts,
            rows=made.rows,
        )
        event = EvidencePackWritten(
            manifest_sha256=pack.manifest_sha256,
            previous=pack.previous,
            log_seq=pack.log_seq,
            texts=pack.texts,
        )
        append(event, actor=actor_of(actor), entity_id=pack.pk, via=via)
    return pack
