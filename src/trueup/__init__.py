"""Trueup: IT service management that audits itself."""

__version__ = "0.1.0"
