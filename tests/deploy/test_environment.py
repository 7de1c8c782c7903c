"""What a person asks for wins; what one of our own runs has set does not count as asked for."""

from pathlib import Path

import pytest

from deploy.local import environment, paths


@pytest.fixture(autouse=True)
def no_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "ROOT", tmp_path)


def test_a_database_that_was_given_is_used() -> None:
    assert environment.given({"DATABASE_URL": "postgres://db.example/x"}).has_database


def test_what_an_instance_has_set_for_its_shell_is_no_wish() -> None:
    found = environment.given({"DATABASE_URL": "postgres://db.example/x", environment.MARK: "/somewhere"})
    assert found.values == {}


def test_a_value_of_the_command_line_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# ours\nexport REDIS_URL='redis://file/0'\nTIME_ZONE=UTC\nOTHER=1\n")
    assert environment.given({"REDIS_URL": "redis://line/0"}).values == {
        "REDIS_URL": "redis://line/0",
        "TIME_ZONE": "UTC",
    }


def test_passwords_for_another_asterisk_do_not_reach_our_own(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ASTERISK_AMI_SECRET=of-the-container\n")
    assert environment.given({}).values == {}


def test_secrets_are_made_once_and_are_the_owners(tmp_path: Path) -> None:
    instance = paths.instance_in("test", tmp_path / "instance")
    made = environment.instance_secrets(instance)
    assert made == environment.instance_secrets(instance)
    assert (instance.folder / "secrets.json").stat().st_mode & 0o077 == 0


def test_the_file_for_the_shell_can_be_read_back(tmp_path: Path) -> None:
    instance = paths.instance_in("test", tmp_path / "a folder")
    values = {"A": "with space", "B": "quote ' and $HOME", "C": "中文"}
    environment.write(instance, values)
    assert environment.read(instance) == values
    assert instance.env_file.stat().st_mode & 0o077 == 0
