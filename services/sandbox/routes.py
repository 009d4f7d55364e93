"""The sandbox's routes, all of them."""

from services.sandbox import (
    accounts,
    actions,
    chain,
    chats,
    deposits,
    faults,
    health,
    mails,
    market,
    records,
    rows,
)

ROUTERS = tuple(
    part.router
    for part in (
        health,
        accounts,
        records,
        actions,
        deposits,
        market,
        rows,
        chain,
        mails,
        chats,
        faults,
    )
)
