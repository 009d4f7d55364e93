"""A small form without files, read within a time and held to the rules of every other body."""

import asyncio

from starlette.datastructures import FormData
from starlette.requests import Request

from shared.http.body import READ_WITHIN_S, check_values
from shared.http.errors import ProblemError


async def read_form(
    request: Request, most_fields: int, within_s: float = READ_WITHIN_S
) -> FormData:
    """An urlencoded or multipart form of text. Raises ProblemError 408 or 422, HTTPException 400.

    A field may stand more than once, as ticked boxes do.
    """
    try:
        async with asyncio.timeout(within_s):
            form = await request.form(max_files=0, max_fields=most_fields)
    except TimeoutError as error:
        raise ProblemError(408, "body_too_slow") from error
    check_values({name: form.getlist(name) for name in form})
    return form
