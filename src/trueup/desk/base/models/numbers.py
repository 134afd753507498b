"""The last number given out per prefix."""

from __future__ import annotations

from django.db import models


class NumberSequence(models.Model):
    """One row per prefix, such as INC."""

    prefix = models.CharField(max_length=8, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.prefix}-{self.last}"
