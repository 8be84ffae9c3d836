"""What preflight makes of a host's folders."""

from dataclasses import replace
from pathlib import Path

from tests.unit.steps.fakes import FakeSession, host_text
from zdd.config.recipe import Build, HostRecipe, PlayRecipe
from zdd.model import Endpoint
from zdd.steps.preflight import Survey, Surveyor

BUILD = Build(version="1.1", id="b" * 64, path="/srv/shop", artifact=Path("shop.tar.gz"))


def surveyed(session: FakeSession) -> Survey:
    host = HostRecipe(endpoint=Endpoint(name="web1", address="web1"), build=BUILD)
    play = PlayRecipe(name="shop", fleet="shop@test", origin="", hosts={"web1": host}, limited=("web1",))
    return Surveyor(play=play, session=lambda name: session).survey()


def test_a_release_that_is_not_whole_lacks_a_way_back_and_a_person_may_do_without() -> None:
    """It is a matter of the plan: as a finding it would stop --no-way-back too."""
    text = host_text(complete=())
    tools = "".join(f"tool {tool}\n" for tool in ("tar", "gzip", "readlink"))
    survey = surveyed(FakeSession(host__read=replace(text, out=text.out + tools)))
    assert not survey.findings
    assert survey.seen["web1"].lacks == "it is not complete"
