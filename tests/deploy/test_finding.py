"""What is found on a machine: a short path for sockets, Node, uv, a browser, sources that changed."""

from pathlib import Path

import pytest

from deploy.local import asterisk, browser, frontend, paths, python_env, sources


def test_a_socket_lies_in_the_instance_when_its_path_is_short() -> None:
    instance = paths.Instance("test", Path("/srv/centre/.run/demo"))
    assert instance.socket_folder == Path("/srv/centre/.run/demo/asterisk/run")


def test_a_socket_moves_to_the_temporary_folder_when_its_path_would_be_too_long(tmp_path: Path) -> None:
    instance = paths.instance_in("test", tmp_path / ("deep/" * 20))
    instance.socket_folder.mkdir(parents=True)
    assert len(str(instance.socket_folder / "asterisk.ctl").encode()) < 107
    asterisk.forget_socket(instance)
    assert not instance.socket_folder.exists()


@pytest.mark.parametrize(
    ("version", "will_do"),
    [("v18.20.4", False), ("v20.18.1", False), ("v20.19.0", True), ("v21.7.3", False), ("v22.11.0", False),
     ("v22.12.0", True), ("v24.19.0", True), ("", False)],
)  # fmt: skip
def test_a_node_that_the_build_runs_on(version: str, will_do: bool) -> None:
    assert frontend.is_new_enough(version) is will_do


def program(folder: Path, said: str) -> Path:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\necho '{said}'\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("uv 0.13.9", True),
        ("uv 0.13.12 (abc 2026-11-01)", True),
        ("uv 0.14.0", True),
        ("uv 0.9.30", False),
        ("", False),
    ],
)
def test_a_uv_that_reads_our_lock(tmp_path: Path, said: str, known: bool) -> None:
    assert python_env.is_known_uv(program(tmp_path, said)) is known


def test_an_empty_shell_that_advises_to_install_a_browser_is_none(tmp_path: Path) -> None:
    assert not browser.starts(str(program(tmp_path, "Command requires the chromium snap to be installed")))
    assert browser.starts(str(program(tmp_path, "Chromium 150.0.1")))


def test_a_browser_that_was_given_and_does_not_start_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BROWSER_EXECUTABLE", str(tmp_path / "none"))
    monkeypatch.setattr(browser, "system", lambda _log: "/usr/bin/another")
    assert browser.find(tmp_path / "log") == "/usr/bin/another"
    assert "does not start" in capsys.readouterr().err


def test_a_change_of_a_source_is_seen_and_one_of_what_was_installed_is_not(tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "main.ts").write_text("1")
    before = sources.digest(tmp_path)
    (tmp_path / "node_modules" / "left-pad.js").write_text("1")
    assert sources.digest(tmp_path) == before
    (tmp_path / "main.ts").write_text("2")
    assert sources.digest(tmp_path) != before
