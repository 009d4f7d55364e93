"""Who complains in these tests, and why."""

from tests.demo.world import Case
from tests.e2e.kills import STEPS
from tests.e2e.site import cases

TWELVE = (
    "u-2001",  # takeover: express lane, freeze
    "u-2002",  # delayed deposit: credit and compensation
    "u-2003",  # a deposit that waits for confirmations
    "u-2004",  # missing data: asked, supplied
    "u-2005",  # appeal, upheld at level 2
    "u-2006",  # a liquidation at a mark price far from the index: two people approve
    "u-2007",
    "u-2009",
    "u-2010",
    "u-2013",
    "u-2016",
    "u-2021",
)
LINES = 6  # which of them the wrong runner gets

ROUNDS = {step: cases(f"r{number}", TWELVE) for number, step in enumerate(STEPS)}
WRONG = cases("wrong", TWELVE[:LINES])
STOLEN, DELAYED, CONFIRMING, MISSING, APPEALED, DEVIATED = cases("s", TWELVE[:6])
(BY_RULE,) = cases("s", ["u-2017"])
(TRACED,) = cases("t", ["u-2017"])
(GIVEN_BACK,) = cases("u", ["u-2001"])
(SIGNALLED,) = cases("sg", ["u-2001"])
(GOING_ON,) = cases("on", ["u-2017"])
(PAID_AT_ONCE,), (DENIED_AT_ONCE,) = cases("pa", ["u-2006"]), cases("da", ["u-2006"])
MERGED = [case for n in range(4) for case in cases(f"m{n}", ["u-2021"])]  # two are, two never
REGULATED = cases("g", ["u-2002", "u-2005"])  # one is paid, one appeals
STORIES = [STOLEN, DELAYED, CONFIRMING, MISSING, APPEALED, DEVIATED, BY_RULE]

CANARIES = ("canarysubject7f3a", "canarytext9b1c", "canarymail5d2e", "canaryword8a4d")


class Canary(Case):
    """A customer whose every word can be found again."""

    @property
    def email(self) -> str:
        return f"{CANARIES[2]}@customers.example"


CANARY = Canary(
    user="canary-u-1",
    language="en",
    category="other",
    subject=f"A question of {CANARIES[0]}",
    text=f"My name is {CANARIES[1]} and I have a question about the referral programme.",
    staff=cases("canary", ["u-2021"])[0].staff,
)
GATED = Case(
    user="gate-1",
    language="en",
    category="deposit_withdrawal",
    order="gate-W-1",
    subject="Two things",
    text="My BTC withdrawal is stuck since Monday. You also rejected my passport in KYC twice.",
)
(FORGOTTEN,) = cases("fg", ["u-2021"])
MARKS = ("forgetsubject3c1e", "forgettext6d2b", "forgetword9f4a")
ERASED = [  # the next one is for when others were counted meanwhile
    Case(
        user=f"er{number}-4101",
        language="en",
        category="other",
        subject=f"A question of {MARKS[0]}",
        text=f"My name is {MARKS[1]} and I have a question about the referral programme.",
        staff=cases("er", ["u-2021"])[0].staff,
    )
    for number in range(2)
]
OVERSLEPT = Case(
    user="off-4202",
    language="en",
    category="kyc",
    subject="My verification does not move",
    text="My identity verification has been pending for two weeks. The face check is done.",
    staff=cases("off", ["u-2023"])[0].staff,
)
AWAY = cases("away", ["u-2013", "u-2020", "u-2021"])

PAID_UNDER_FIRE = {  # a liquidation is made good, and its worker killed
    step: cases(f"k{number}", ["u-2006"])[0]
    for number, step in enumerate(("after_claim", "after_call", "after_produce"))
}

PAID_STEP_BY_STEP = {  # a freeze, a credit and a refund whose process dies at each of its steps
    "freeze": cases("kf", ["u-2001"])[0],
    "credit": cases("kc", ["u-2002"])[0],
    "refund": Case(
        user="kr-4001",
        language="en",
        category="deposit_withdrawal",
        order="kr-W-4001",
        subject="My withdrawal failed",
        text="My BTC withdrawal says failed and the coins did not come back to my account.",
        shows=(
            {
                "to": "withdrawals",
                "id": "{order}",
                "user_id": "{user}",
                "at": "@-7200",
                "asset": "BTC",
                "amount": "0.4",
                "fee": "0.0002",
                "address": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
                "network": "bitcoin",
                "state": "failed",
                "failed_at": "@-3600",
            },
        ),
    ),
}

EVERYBODY = [case for round_ in ROUNDS.values() for case in round_]
EVERYBODY += [
    *WRONG,
    *STORIES,
    GIVEN_BACK,
    SIGNALLED,
    GOING_ON,
    TRACED,
    *MERGED,
    PAID_AT_ONCE,
    DENIED_AT_ONCE,
    CANARY,
    FORGOTTEN,
    *ERASED,
    OVERSLEPT,
    GATED,
    *REGULATED,
    *AWAY,
    *PAID_UNDER_FIRE.values(),
]
