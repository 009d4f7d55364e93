"""The account directory: the stage's own look-up over an exchange that is at hand."""

from services.intake.verification.work import Directory
from shared.policy import load
from tests.bench.world import Exchange

ANSWERS = {"look_up_account": Directory(Exchange(), load("default").verification).look_up}
