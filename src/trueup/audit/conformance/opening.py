"""The evidence opened for conformance: the context of an audit, without its questions."""

from __future__ import annotations

from trueup.audit.context import Context, Period
from trueup.audit.engine import open_backend
from trueup.audit.evidence.packs import Pack
from trueup.audit.parameters import with_changes
from trueup.audit.run import Options


def context_of(pack: Pack, options: Options | None = None) -> Context:
    """What the rules may ask of a pack; period, instant and seed as in an audit of it."""
    options = options or Options()
    params, _ = with_changes(options.params)
    first, last = options.period or pack.manifest.period
    return Context(
        pack=pack,
        backend=open_backend(pack, options.engine, options.memory_limit, options.threads),
        period=Period.of(first, last, pack.manifest.timezone),
        as_of=(options.as_of or pack.manifest.as_of).replace(tzinfo=None),
        zone=pack.manifest.timezone,
        currency=pack.manifest.currency,
        params=params,
        seed=options.seed,
    )
