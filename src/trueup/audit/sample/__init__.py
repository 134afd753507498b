"""A demonstration organisation, made up and planted: the same seed gives the same pack."""

from trueup.audit.sample.world import write_sample

__all__ = ["write_sample"]
