"""Every verdict for real: services that the stock client made, against a real repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from google.api_core import exceptions

from tests.drift.site import Site, pinned, revision
from tests.emulator.clients import done
from tests.repositories import git

pytestmark = pytest.mark.slow


def test_what_serves_the_head_is_current(site: Site) -> None:
    site.everywhere(site.head)
    ran = site.drift()
    assert (ran.code, ran.verdicts) == (0, {"orders": "current", "parcels": "current"})
    serving = ran.service("orders")["serving"]
    assert (serving["commit"], serving["percent"]) == (site.head, 100)
    assert ran.value["head"] == site.head


def test_a_changed_file_makes_stale_and_is_named_with_its_author(site: Site) -> None:
    site.everywhere(site.head)
    sha = site.commit("Raise the limit", shared__rules_py="LIMIT = 2\n")
    site.commit("Say more", docs__notes_md="More notes.\n")
    ran = site.drift()
    assert (ran.code, ran.verdicts) == (1, {"orders": "stale", "parcels": "equivalent"})
    (commit,) = ran.service("orders")["commits"]
    assert (commit["sha"], commit["author"], commit["subject"]) == (sha, "Ana", "Raise the limit")
    assert commit["via"] == ["shared/rules.py"]
    assert (ran.service("orders")["behind"], ran.service("parcels")["behind"]) == (2, 2)
    assert ran.value["summary"]["stale"] == 1


def test_a_revert_is_equivalent(site: Site) -> None:
    site.everywhere(site.head)
    site.commit("Raise", shared__rules_py="LIMIT = 2\n")
    git(site.folder, "revert", "--no-edit", "HEAD")
    assert site.drift().verdicts == {"orders": "equivalent", "parcels": "equivalent"}


def test_a_readme_in_a_copied_folder_counts_and_is_named(site: Site) -> None:
    site.everywhere(site.head)
    site.commit("Explain", parcels__README_md="Parcels.\n")
    ran = site.drift("parcels")
    assert ran.verdicts == {"parcels": "stale"}
    assert ran.service("parcels")["commits"][0]["via"] == ["parcels/README.md"]


def test_an_abbreviated_commit_in_a_foreign_label_is_read(site: Site) -> None:
    text = (site.folder / "deployguard.toml").read_text()
    site.commit("Names", deployguard_toml=f'{text}\n[labels]\ncommit = ["commit-sha", "git-commit"]\n')
    for name in ("orders", "parcels"):
        site.deploy(name, labels={"git-commit": site.head[:7]})
    ran = site.drift()
    assert ran.verdicts == {"orders": "current", "parcels": "current"}
    assert ran.service("orders")["serving"]["commit"] == site.head


def test_what_is_not_there_is_missing(site: Site) -> None:
    site.deploy("orders", site.head)
    ran = site.drift()
    assert (ran.code, ran.verdicts) == (1, {"parcels": "missing", "orders": "current"})
    assert ran.service("parcels")["fix"] == "deployguard deploy parcels"


def test_a_deleted_service_is_missing(site: Site) -> None:
    site.everywhere(site.head)
    made = f"projects/{site.project}/locations/us-west2/services/parcels"
    done(site.services.delete_service(name=made))
    assert site.drift("parcels").verdicts == {"parcels": "missing"}


def test_what_is_not_configured_is_unmanaged_and_counts_on_request(site: Site) -> None:
    site.everywhere(site.head)
    site.deploy("old-thing", site.head)
    ran = site.drift()
    assert (ran.code, ran.verdicts["old-thing"]) == (0, "unmanaged")
    assert site.drift("--strict").code == 1
    assert site.drift("orders").verdicts == {"orders": "current"}


def test_no_stamp_is_judged_by_time_and_that_is_said(site: Site) -> None:
    site.deploy("orders")
    site.deploy("parcels")
    ran = site.drift("orders")
    assert (ran.code, ran.verdicts) == (1, {"orders": "unstamped"})
    assert "no stamp" in ran.service("orders")["reason"]
    assert "nothing that changes it" in ran.service("orders")["reason"]


def test_commits_after_an_unstamped_deploy_are_listed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.deploy("orders")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2099-01-01T00:00:00+00:00")
    sha = site.commit("Raise", shared__rules_py="LIMIT = 2\n")
    one = site.drift("orders").service("orders")
    assert (one["verdict"], [each["sha"] for each in one["commits"]]) == ("unstamped", [sha])


def test_labels_that_disagree_with_the_environment_mean_modified(site: Site) -> None:
    first = site.head
    second = site.commit("Say more", docs__notes_md="More.\n")
    site.deploy("orders", second, labels={"commit-sha": first})
    ran = site.drift("orders")
    assert (ran.code, ran.verdicts) == (1, {"orders": "modified"})
    assert first[:12] in ran.service("orders")["reason"]


@pytest.mark.parametrize("how", ["label", "suffix"])
def test_uncommitted_files_mean_dirty(site: Site, how: str) -> None:
    if how == "label":
        site.deploy("orders", site.head, labels={"dirty": "true"})
    else:
        site.deploy("orders", f"{site.head[:8]}-dirty")
    ran = site.drift("orders")
    assert (ran.code, ran.verdicts) == (1, {"orders": "dirty"})


def test_a_rolled_back_service_is_not_serving_its_newest_revision(site: Site) -> None:
    old = site.head
    first = revision(site.deploy("orders", old))
    new = site.commit("Raise", shared__rules_py="LIMIT = 2\n")
    second = revision(site.deploy("orders", new, traffic=[pinned(first)]))
    ran = site.drift("orders")
    one = ran.service("orders")
    assert (ran.code, one["verdict"]) == (1, "not-serving")
    assert second in one["reason"]
    assert (one["serving"]["revision"], one["serving"]["commit"]) == (first, old)
    assert [commit["sha"] for commit in one["commits"]] == [new]


def test_split_traffic_names_its_shares(site: Site) -> None:
    first = revision(site.deploy("orders", site.head))
    site.deploy("orders", site.head, env={"STAGE": "other"})
    service = site.services.get_service(name=f"projects/{site.project}/locations/us-west2/services/orders")
    second = revision(service)
    service.traffic = [pinned(first, 90), pinned(second, 10)]
    done(site.services.update_service(service=service))
    one = site.drift("orders").service("orders")
    assert one["verdict"] == "split"
    assert f"90% {first}" in one["reason"]
    assert one["serving"]["percent"] == 90


def test_a_revision_that_never_came_up_is_failed_and_the_old_one_serves(site: Site) -> None:
    first = revision(site.deploy("orders", site.head))
    site.fault(effect="not-ready", on=f"projects/{site.project}/*/revisions/*")
    new = site.commit("Raise", shared__rules_py="LIMIT = 2\n")
    with pytest.raises(exceptions.GoogleAPICallError):
        site.deploy("orders", new)
    ran = site.drift("orders")
    one = ran.service("orders")
    assert (ran.code, one["verdict"], one["serving"]["revision"]) == (1, "failed", first)
    assert any("stale" in detail for detail in one["details"])


def test_a_service_whose_first_revision_failed_serves_nothing(site: Site) -> None:
    site.fault(effect="not-ready", on=f"projects/{site.project}/*/revisions/*")
    with pytest.raises(exceptions.GoogleAPICallError):
        site.deploy("orders", site.head)
    one = site.drift("orders").service("orders")
    assert (one["verdict"], one["serving"]) == ("failed", None)
    assert "nothing serves" in one["reason"]


def test_a_side_branch_is_diverged_and_a_later_commit_is_ahead(site: Site) -> None:
    base = site.head
    git(site.folder, "checkout", "--quiet", "-b", "side")
    side = site.commit("Try", shared__rules_py="LIMIT = 3\n")
    git(site.folder, "checkout", "--quiet", "main")
    site.commit("Raise", shared__rules_py="LIMIT = 2\n")
    site.deploy("orders", side)
    ran = site.drift("orders")
    assert (ran.code, ran.verdicts) == (1, {"orders": "diverged"})
    ran = site.drift("orders", "--rev", base)
    assert (ran.code, ran.verdicts) == (1, {"orders": "ahead"})


def test_a_squash_of_what_serves_is_current(site: Site) -> None:
    git(site.folder, "checkout", "--quiet", "-b", "side")
    side = site.commit("Raise", shared__rules_py="LIMIT = 2\n")
    git(site.folder, "checkout", "--quiet", "main")
    site.commit("Raise (#1)", shared__rules_py="LIMIT = 2\n")
    site.deploy("orders", side)
    assert site.drift("orders").verdicts == {"orders": "current"}


def test_a_commit_that_was_rewritten_away_is_unknown(site: Site) -> None:
    gone = site.commit("Raise", shared__rules_py="LIMIT = 2\n")
    site.deploy("orders", gone)
    git(site.folder, "commit", "--quiet", "--amend", "--message", "Raise it")
    git(site.folder, "reflog", "expire", "--expire=now", "--all")
    git(site.folder, "gc", "--quiet", "--prune=now")
    ran = site.drift("orders")
    assert (ran.code, ran.verdicts) == (2, {"orders": "unknown"})
    assert gone in ran.service("orders")["reason"]


def test_the_same_fingerprint_tells_where_the_commit_is_gone(site: Site) -> None:
    fingerprint = site.run("artifact", "orders", "--output-format", "json").value["fingerprint"]
    site.deploy("orders", "0" * 40, env={"BUILD_FINGERPRINT": fingerprint})
    assert site.drift("orders").verdicts == {"orders": "current"}


def test_a_shallow_clone_cannot_tell(site: Site, tmp_path: Path) -> None:
    old = site.head
    site.commit("Raise", shared__rules_py="LIMIT = 2\n")
    site.deploy("orders", old)
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{site.folder}", "shallow")
    ran = site.drift("orders", at=tmp_path / "shallow")
    assert (ran.code, ran.verdicts) == (2, {"orders": "unknown"})
    assert "shallow" in ran.service("orders")["reason"]
    assert ran.service("orders")["fix"] == "git fetch --unshallow"


@pytest.mark.parametrize("how", ["--bare", "--mirror"])
def test_bare_and_mirror_clones_are_read(site: Site, tmp_path: Path, how: str) -> None:
    site.everywhere(site.head)
    site.commit("Raise", shared__rules_py="LIMIT = 2\n")
    git(tmp_path, "clone", "--quiet", how, str(site.folder), "copy.git")
    ran = site.drift(at=tmp_path / "copy.git")
    assert (ran.code, ran.verdicts) == (1, {"orders": "stale", "parcels": "equivalent"})


def test_an_ambiguous_or_unreadable_commit_is_unknown(site: Site) -> None:
    site.deploy("orders", "latest")
    one = site.drift("orders").service("orders")
    assert (one["verdict"], "no commit id" in one["reason"]) == ("unknown", True)


def test_a_missing_permission_is_unknown_with_its_name(site: Site) -> None:
    site.everywhere(site.head)
    site.fault(effect="deny", on="run.services.list")
    ran = site.drift()
    assert (ran.code, set(ran.verdicts.values())) == (2, {"unknown"})
    assert "run.services.list" in ran.service("orders")["reason"]
    assert "run.services.list" in ran.value["blind"][0]
    assert site.drift("--exit-zero").code == 2


def test_a_revision_that_may_not_be_read_leaves_the_others_judged(site: Site) -> None:
    first = revision(site.deploy("orders", site.head))
    site.deploy("orders", site.head, traffic=[pinned(first)], env={"STAGE": "other"})
    site.deploy("parcels", site.head)
    site.fault(effect="deny", on="run.revisions.get")
    ran = site.drift()
    assert (ran.code, ran.verdicts) == (2, {"orders": "unknown", "parcels": "current"})
    assert "run.revisions.get" in ran.service("orders")["reason"]


def test_one_region_that_does_not_answer_leaves_the_other_judged(site: Site) -> None:
    text = (site.folder / "deployguard.toml").read_text()
    moved = text.replace("[services.parcels]\n", '[services.parcels]\nregion = "europe-west4"\n')
    site.commit("Move", deployguard_toml=moved)
    site.deploy("orders", site.head)
    site.deploy("parcels", site.head, region="europe-west4")
    assert site.drift().verdicts == {"orders": "current", "parcels": "current"}
    site.fault(effect="error", on="Services.ListServices", status="INTERNAL", times=1)
    ran = site.drift()
    assert ran.code == 2
    assert sorted(ran.verdicts.values()) == ["current", "unknown"]


def test_exit_zero_hides_drift(site: Site) -> None:
    site.everywhere(site.head)
    site.commit("Raise", shared__rules_py="LIMIT = 2\n")
    assert (site.drift().code, site.drift("--exit-zero").code) == (1, 0)


def test_the_table_has_the_worst_first_and_says_what_to_do(site: Site) -> None:
    site.everywhere(site.head)
    sha = site.commit("Raise the limit", shared__rules_py="LIMIT = 2\n")
    ran = site.run("drift")
    lines = ran.out.splitlines()
    assert lines[2].startswith("stale(1)    orders")
    assert lines[3].startswith("equivalent  parcels")
    assert f"  {sha[:12]}" in ran.out
    assert "Ana  Raise the limit" in ran.out
    assert "to mend: deployguard deploy orders" in ran.out
    assert f"note: asked us-west2 of {site.project} (1 call)" in ran.out
    assert "was not compared with the remote" in ran.out
    assert ran.err.strip().endswith("2 services: 1 stale, 1 equivalent")


def test_the_head_is_compared_with_the_remote(site: Site, tmp_path: Path) -> None:
    site.everywhere(site.head)
    git(tmp_path, "clone", "--quiet", str(site.folder), "clone")
    at = tmp_path / "clone"
    site.commit("Raise", shared__rules_py="LIMIT = 2\n")
    assert "as it was last fetched" in site.drift(at=at).out
    assert "is not the tip of main on origin" in site.drift("--remote", at=at).out
    git(at, "fetch", "--quiet")
    assert "is not origin/main, which was at" in site.drift(at=at).out


def test_a_configured_branch_is_what_is_compared_with(site: Site) -> None:
    text = (site.folder / "deployguard.toml").read_text()
    site.commit(
        "Branch", deployguard_toml=text.replace("[services.orders]", 'branch = "main"\n\n[services.orders]')
    )
    site.deploy("orders", site.head)
    git(site.folder, "checkout", "--quiet", "-b", "side")
    site.commit("Try", shared__rules_py="LIMIT = 3\n")
    assert site.drift("orders").verdicts == {"orders": "current"}
    assert site.drift("orders", "--rev", "side").verdicts == {"orders": "stale"}


def test_no_secret_is_ever_written(site: Site) -> None:
    site.deploy("orders", site.head, env={"PASSWORD": "hush-hush"})
    for arguments in ((), ("--output-format", "json")):
        assert "hush-hush" not in site.run("drift", *arguments).out


def test_an_unknown_revision_is_refused(site: Site) -> None:
    ran = site.drift("--rev", "nowhere")
    assert ran.code == 2
    assert "nowhere: no such commit" in ran.err


def test_a_linked_work_tree_is_read(site: Site, tmp_path: Path) -> None:
    site.everywhere(site.head)
    subprocess.run(["git", "worktree", "add", "-q", str(tmp_path / "wt")], cwd=site.folder, check=True)
    assert site.drift(at=tmp_path / "wt").code == 0


def test_a_configured_branch_that_is_not_here_is_said(site: Site) -> None:
    """Without it any checkout would pass for what is to be shipped."""
    text = (site.folder / "deployguard.toml").read_text()
    site.write(
        "Name a branch", {"deployguard.toml": text.replace("[project]", '[project]\nbranch = "mian"', 1)}
    )
    site.everywhere(site.head)
    ran = site.drift()
    assert any("mian is not in this clone" in note for note in ran.value["notes"])
    assert ran.verdicts == {"orders": "current", "parcels": "current"}
