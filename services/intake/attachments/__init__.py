"""Attachments: what may come, what it really is, and whether it may be handed out."""

from services.intake.attachments.intake import Attachments
from services.intake.attachments.judging import File

__all__ = ["Attachments", "File"]
