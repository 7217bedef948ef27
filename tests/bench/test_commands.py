"""The command line: python -m bench COMMAND."""

import pytest

from bench.__main__ import COMMANDS, main, parser
from bench.compare.command import FULL, QUICK


def test_every_command_has_an_output_folder() -> None:
    """Each command writes its results to .bench, or to the folder of --output."""
    for name in COMMANDS:
        assert str(parser().parse_args([name]).output) == ".bench"
        assert str(parser().parse_args([name, "--output", "x"]).output) == "x"


def test_compare_has_a_quick_preset() -> None:
    """With --quick there is less data; without it the run is full."""
    assert parser().parse_args(["compare"]).preset is FULL
    assert parser().parse_args(["compare", "--quick"]).preset is QUICK


def test_sections_and_subjects_are_arguments() -> None:
    """`limits` measures the named sections, `guard` the named subjects; by default all."""
    assert parser().parse_args(["limits", "growth", "deep", "--full"]).sections == [
        "growth",
        "deep",
    ]
    assert parser().parse_args(["limits"]).sections == []
    assert parser().parse_args(["guard", "trail"]).subjects == ["trail"]
    assert parser().parse_args(["users", "10", "20"]).users == [10, 20]


@pytest.mark.parametrize(
    "arguments",
    [[], ["nothing"], ["limits", "nothing"], ["guard", "nothing"], ["compare", "--workloads", "x"]],
)
def test_unknown_names_are_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The error lists the known names."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert "error" in capsys.readouterr().err
