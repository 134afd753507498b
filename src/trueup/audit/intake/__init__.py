"""From a foreign export to an evidence pack: open, recognise, convert, write, tell."""

from trueup.audit.intake.inputs import IntakeReport, open_inputs

__all__ = ["IntakeReport", "open_inputs"]
