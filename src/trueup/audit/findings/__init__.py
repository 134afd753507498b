"""Detections to findings: words, grouping, order of work, verification."""

from trueup.audit.findings.build import build

__all__ = ["build"]
