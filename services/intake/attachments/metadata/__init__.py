"""Where and with what a picture was taken: removed, while the picture itself stays as it is. Pure.

Nothing is decoded: a file is walked part by part, and only parts that the picture needs are kept.
What follows the end of the picture goes too, since phones append previews with their own metadata.
"""

from services.intake.attachments.metadata import jpeg, png, webp

STRIP = {"image/jpeg": jpeg.strip, "image/png": png.strip, "image/webp": webp.strip}


def strip(media_type: str, content: bytes) -> bytes:
    """The file without its metadata. Raises ValueError on a picture that cannot be walked."""
    change = STRIP.get(media_type)
    return change(content) if change else content


__all__ = ["strip"]
