"""Modules that do not arrive in a function."""

from __future__ import annotations

from tests.history.defect import defect, linking
from tests.history.monorepo import Monorepo
from tests.history.services import FUNCTIONS
from tests.trees import Link

PHASE3 = f"{FUNCTIONS}/phase3_to_phase4"
PHASE2 = f"{FUNCTIONS}/phase2_to_phase3"
HEAL = f"{FUNCTIONS}/self_heal"


@defect("* DG101 shared.validation.retries", where=linking("validation/__init__.py"))
def new_module_without_links(repo: Monorepo) -> None:
    repo.write("shared/validation/retries.py", "RETRIES = 3\n")
    repo.edit("shared/validation/__init__.py", "from .fields", "from .retries import RETRIES\nfrom .fields")


@defect(
    "* DG101 shared.validation.tenacious",
    "* DG201 tenacity",
    "transition-monitor DG201 tenacity",
    where=linking("validation/__init__.py"),
)
def new_module_with_a_need_of_its_own(repo: Monorepo) -> None:
    repo.write("shared/validation/tenacious.py", "from tenacity import retry\n")
    repo.append("shared/validation/__init__.py", "from shared.validation.tenacious import retry\n")


@defect("phase3-to-phase4 DG101 shared.validation.completeness")
def link_removed(repo: Monorepo) -> None:
    repo.remove(f"{PHASE3}/shared/validation/completeness.py")


@defect("phase3-to-phase4 DG101 shared.clients.pool")
def package_links_removed_but_the_init(repo: Monorepo) -> None:
    repo.remove(f"{PHASE3}/shared/clients/pool.py")


@defect("phase3-to-phase4 DG101 shared.clients.pool", "phase3-to-phase4 DG101 shared.clients")
def package_of_links_removed(repo: Monorepo) -> None:
    repo.remove(f"{PHASE3}/shared/clients")


@defect("phase3-to-phase4 DG101 shared.validation")
def init_link_removed(repo: Monorepo) -> None:
    repo.remove(f"{PHASE3}/shared/validation/__init__.py")


@defect(
    "phase3-to-phase4 DG102 " + f"{PHASE3}/shared/validation/chain.py",
    "phase3-to-phase4 DG101 shared.validation.chain",
)
def link_to_a_wrong_depth(repo: Monorepo) -> None:
    repo[f"{PHASE3}/shared/validation/chain.py"] = Link("../../../../shared/validation/chain.py")


@defect(
    f"phase3-to-phase4 DG102 {PHASE3}/shared/utils/sentry.py",
    "phase3-to-phase4 DG122 shared.utils.sentry warning",
    "analytics DG101 shared.utils.sentry",
)
def shared_file_deleted(repo: Monorepo) -> None:
    repo.remove("shared/utils/sentry.py")


@defect("phase3-to-phase4 DG113 shared.config.topics.TOPICS")
def link_to_a_wrong_file(repo: Monorepo) -> None:
    repo.link(f"{PHASE3}/shared/config/topics.py", "shared/config/season.py")


@defect(
    "phase3-to-phase4 DG101 shared.publishers.pubsub",
    f"phase3-to-phase4 DG108 {PHASE3}/shared/publishers/pubsub.py",
)
def absolute_link(repo: Monorepo) -> None:
    repo[f"{PHASE3}/shared/publishers/pubsub.py"] = Link("/home/ana/nba/shared/publishers/pubsub.py")


@defect(
    "phase3-to-phase4 DG121 shared.utils.slack",
    f"phase3-to-phase4 DG108 {PHASE3}/shared/utils/slack.py",
)
def link_to_itself(repo: Monorepo) -> None:
    repo[f"{PHASE3}/shared/utils/slack.py"] = Link("slack.py")


@defect("phase3-to-phase4 DG101 shared.config.topics")
def link_in_a_wrong_case(repo: Monorepo) -> None:
    repo[f"{PHASE3}/shared/config/Topics.py"] = repo.pop(f"{PHASE3}/shared/config/topics.py")


@defect(
    f"phase2-to-phase3 DG104 {PHASE2}/shared/clients",
    "phase2-to-phase3 DG101 shared.clients",
    "phase2-to-phase3 DG101 shared.clients.pool",
)
def folder_link_that_gcloud_drops(repo: Monorepo) -> None:
    repo.remove(f"{PHASE2}/shared/clients")
    repo.link(f"{PHASE2}/shared/clients", "shared/clients")


@defect("phase3-to-phase4 DG113 shared.validation.REQUIRED")
def name_behind_a_star(repo: Monorepo) -> None:
    repo.edit(f"{PHASE3}/main.py", "import BoundaryValidator, ", "import REQUIRED, BoundaryValidator, ")


@defect("self-heal DG113 healing.base.Step")
def class_of_an_own_module_renamed(repo: Monorepo) -> None:
    repo.edit(f"{HEAL}/healing/base.py", "class Step(", "class Stage(")


@defect("phase2-to-phase3 DG101 shared.utils.trackers")
def table_of_lazily_exported_names_misspelt(repo: Monorepo) -> None:
    repo.edit(
        "shared/utils/__init__.py", '"CompletionTracker": ".completion"', '"CompletionTracker": ".trackers"'
    )


@defect("phase2-to-phase3 DG113 shared.utils.completion.Tracker", where=lambda: ())
def name_imported_past_the_table(repo: Monorepo) -> None:
    repo.edit(
        f"{PHASE2}/main.py",
        "from shared.utils.retry",
        "from shared.utils.completion import Tracker\nfrom shared.utils.retry",
    )


@defect(
    "self-heal DG101 shared.backfill",
    "self-heal DG101 shared.backfill.checkpoint",
    "self-heal DG101 shared.backfill.schedule",
)
def folder_link_removed(repo: Monorepo) -> None:
    repo.remove(f"{HEAL}/shared/backfill")
    repo.edit(
        f"{HEAL}/healing/base.py", "import abc\n", "import abc\nfrom shared.backfill import game_dates\n"
    )


@defect(
    "self-heal DG121 shared.backfill",
    "self-heal DG121 shared.backfill.checkpoint",
    "self-heal DG121 shared.backfill.schedule",
)
def folder_link_removed_that_a_lazy_import_needs(repo: Monorepo) -> None:
    repo.remove(f"{HEAL}/shared/backfill")


@defect(
    f"phase3-to-phase4 DG107 {PHASE3}/shared/config/topics.py warning",
    "phase3-to-phase4 DG113 shared.config.topics.LIVE",
)
def copy_in_the_place_of_a_link(repo: Monorepo) -> None:
    repo.write(f"{PHASE3}/shared/config/topics.py", repo.read("shared/config/topics.py"))
    repo.append("shared/config/topics.py", 'LIVE = "nba-live"\n')
    repo.edit("shared/publishers/pubsub.py", "import TOPICS", "import LIVE, TOPICS")


@defect(
    "* DG113 shared.validation.boundary.ValidationMode",
    where=linking("validation/__init__.py", "transition-monitor"),
)
def class_renamed(repo: Monorepo) -> None:
    text = repo.read("shared/validation/boundary.py").replace("ValidationMode", "Mode")
    repo.write("shared/validation/boundary.py", text)


@defect(
    "phase3-to-phase4 DG101 orchestration",
    "phase3-to-phase4 DG101 orchestration.shared",
    "phase3-to-phase4 DG101 orchestration.shared.times",
)
def import_from_the_root(repo: Monorepo) -> None:
    repo.write("orchestration/__init__.py", "")
    repo.write("orchestration/shared/__init__.py", "")
    repo.write("orchestration/shared/times.py", "def now():\n    return 1\n")
    repo.edit(
        f"{PHASE3}/main.py",
        "from shared.config import",
        "from orchestration.shared.times import now\nfrom shared.config import",
    )


@defect(
    "phase2-to-phase3 DG101 orchestration",
    "phase2-to-phase3 DG101 orchestration.shared",
    "phase2-to-phase3 DG101 orchestration.shared.times",
)
def import_from_a_root_that_stays_at_home(repo: Monorepo) -> None:
    repo.write("orchestration/__init__.py", "")
    repo.write("orchestration/shared/__init__.py", "")
    repo.write("orchestration/shared/times.py", "def now():\n    return 1\n")
    repo.edit(
        f"{PHASE2}/main.py",
        "from shared.utils.retry",
        "from orchestration.shared.times import now\nfrom shared.utils.retry",
    )


@defect(
    "phase2-to-phase3 DG121 predictions",
    "phase2-to-phase3 DG121 predictions.worker",
    "phase2-to-phase3 DG121 predictions.worker.loaders",
    "phase2-to-phase3 DG221 pandas",
)
def lazy_import_of_a_service(repo: Monorepo) -> None:
    repo.edit(
        f"{PHASE2}/main.py",
        "        return get_orch",
        "        from predictions.worker.loaders import DataLoader\n\n        DataLoader()\n        return get_orch",
    )


@defect("phase2-to-phase3 DG101 shared.utils.completion")
def lazily_exported_name_without_its_module(repo: Monorepo) -> None:
    repo.remove(f"{PHASE2}/shared/utils/completion.py")


@defect("phase3-to-phase4 DG121 shared.utils.slack")
def lazy_import_in_a_method_that_is_called(repo: Monorepo) -> None:
    repo.remove(f"{PHASE3}/shared/utils/slack.py")


@defect(
    "phase3-to-phase4 DG121 shared.config.retry",
    f"phase3-to-phase4 DG110 {PHASE3}/shared/config/retry.yaml",
)
def lazy_import_behind_a_table_of_functions(repo: Monorepo) -> None:
    repo.remove(f"{PHASE3}/shared/config/retry.py")
    repo.remove(f"{PHASE3}/shared/config/retry.yaml")


@defect("phase2-to-phase3 DG121 shared.config.orchestration")
def lazy_import_behind_a_name_put_together(repo: Monorepo) -> None:
    repo.remove(f"{PHASE2}/shared/config/orchestration.py")
    repo.remove(f"{PHASE2}/shared/config/__init__.py")
    repo.write(f"{PHASE2}/shared/config/__init__.py", "")


@defect("self-heal DG121 shared.config.topics warning")
def lazy_import_that_nothing_calls(repo: Monorepo) -> None:
    repo.append(
        f"{HEAL}/healing/plan.py",
        "\n\ndef topics():\n    from shared.config.topics import TOPICS\n    return TOPICS\n",
    )
    repo.remove(f"{HEAL}/shared/config")
    for name in ("__init__.py", "orchestration.py", "season.py", "retry.py", "retry.yaml"):
        repo.link(f"{HEAL}/shared/config/{name}", f"shared/config/{name}")


@defect(
    "phase2-to-phase3 DG122 shared.alerts.rate_limit warning", "phase2-to-phase3 DG122 shared.alerts warning"
)
def guarded_import_without_its_file(repo: Monorepo) -> None:
    repo.remove(f"{PHASE2}/shared/alerts")


@defect("self-heal DG101 healing.base")
def own_module_renamed(repo: Monorepo) -> None:
    repo.move(f"{HEAL}/healing/base.py", f"{HEAL}/healing/step.py")


@defect("self-heal DG101 healing.steps")
def own_module_in_a_wrong_case(repo: Monorepo) -> None:
    repo.move(f"{HEAL}/healing/steps.py", f"{HEAL}/healing/Steps.py")


@defect("self-heal DG101 healing.sources")
def own_module_turned_into_a_package_and_half_committed(repo: Monorepo) -> None:
    repo.edit(
        f"{HEAL}/main.py", "from healing.plan", "from healing.sources import SOURCES\nfrom healing.plan"
    )


@defect(
    "* DG101 shared.processors.kinds",
    "* DG101 shared.processors",
    where=linking("validation/boundary.py"),
)
def import_out_of_type_checking(repo: Monorepo) -> None:
    repo.write("shared/processors/kinds.py", "class Kind: ...\n")
    repo.edit(
        "shared/validation/boundary.py",
        "if TYPE_CHECKING:\n",
        "from shared.processors.kinds import Kind\n\nif TYPE_CHECKING:\n",
    )


@defect(
    "* DG101 shared.utils.slacks",
    "transition-monitor DG101 shared.utils.slacks",
    "backfill DG121 shared.utils.slacks",
    where=linking("utils/notification.py", "analytics", "worker"),
)
def included_folder_lacks_a_module(repo: Monorepo) -> None:
    repo.edit("shared/utils/notification.py", "from shared.utils.slack ", "from shared.utils.slacks ")


MODULES = [value for value in globals().values() if type(value).__name__ == "Defect"]
