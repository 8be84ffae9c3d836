"""What the note says of figures."""

from dataclasses import replace

from benchmarks.__main__ import BENCHMARKS
from benchmarks.figure import Figure, Report, Sample, ratios, shares
from benchmarks.note import WHY, note, table
from benchmarks.roll import from_log

ROLL = Figure(work="roll", against="a script", what="wall", values=(1.3, 1.1, 1.2), most=1.25)


def test_the_middle_one_counts() -> None:
    assert ROLL.value == 1.2 and ROLL.met
    assert "| roll | a script | wall | 1.20 × | 1.10 – 1.30 | 3 | 1.25 × | met |" in table([Report(figures=(ROLL,))])


def test_a_missed_bar_is_said() -> None:
    missed = replace(ROLL, most=1.15)
    assert not missed.met and "**missed**" in table([Report(figures=(missed,))])


def test_a_pipe_in_a_command_is_no_column() -> None:
    piped = replace(ROLL, against="`tee | sha256sum`")
    assert r"| `tee \| sha256sum` |" in table([Report(figures=(piped,))])


def test_ratios_are_those_of_pairs() -> None:
    assert ratios([2.0, 9.0], [1.0, 3.0]) == (2.0, 3.0)


def test_phases_stand_side_by_side() -> None:
    zdd = [Sample(wall=2.0, phases={"look": 0.5, "drain": 1.0})]
    script = [Sample(wall=1.0, phases={"drain": 0.5})]
    report = Report(figures=(ROLL,), phases={"zdd": shares(zdd, 1.0), "script": shares(script, 1.0)})
    text = note({"roll": report})
    assert "| look | 0.50 |  |" in text and "| drain | 1.00 | 0.50 |" in text


def test_the_log_of_ansible_is_read_from_the_first_task_to_the_recap() -> None:
    lines = (
        "2026-11-25 10:00:00,000 p=7 u=me n=ansible | PLAY [web] ****",
        "2026-11-25 10:00:01,000 p=7 u=me n=ansible | TASK [drain] ****",
        "2026-11-25 10:00:01,500 p=7 u=me n=ansible | TASK [swap] ****",
        "2026-11-25 10:00:03,000 p=7 u=me n=ansible | PLAY RECAP ****",
    )
    read = from_log("\n".join(lines))
    assert read.wall == 2.0 and dict(read.phases) == {"drain": 0.5, "swap": 1.5}


def test_why_a_bar_is_missed_stands_there_only_where_it_is() -> None:
    met, not_met = Report(figures=(ROLL,)), Report(figures=(replace(ROLL, work="an upload", most=1.0),))
    assert "What was missed" not in note({"roll": met})
    text = note({"roll": met, "engine": not_met, "upload": not_met})
    assert WHY["engine"] in text and WHY["roll"] not in text
    assert "- **an upload**: nobody has looked into it." in text


def test_reasons_are_those_of_benchmarks() -> None:
    assert WHY.keys() <= BENCHMARKS.keys()
