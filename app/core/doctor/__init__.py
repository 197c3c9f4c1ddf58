"""The doctor 体检: names what was forgotten, with what would mend it. `flask --app run doctor [--json]`.

Each examination reads the declarations and the database's own catalogue and answers findings. What
must be mended makes the command end with 1; advice does not. Whoever adds a table runs it once.
"""

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from app.core.doctor.finding import Finding
from app.core.doctor.indexes import (
    columns_without_index,
    not_sorted_by_name,
    relations_without_typeahead,
    rows_lost_to_search,
    small_ones_that_grew,
)
from app.core.doctor.rights import fields_without_rule, registers_without_scope, roles_nobody_holds, verbs_nobody_may
from app.core.doctor.word_order import words_out_of_order
from app.core.doctor.words import outdated_policies, untranslated_labels

EXAMINATIONS: tuple[Callable[[Session], Iterator[Finding]], ...] = (
    columns_without_index, small_ones_that_grew, not_sorted_by_name, words_out_of_order, rows_lost_to_search,
    relations_without_typeahead, registers_without_scope, fields_without_rule, roles_nobody_holds, verbs_nobody_may, untranslated_labels,
    outdated_policies,
)  # fmt: skip


def examine(session: Session) -> list[Finding]:
    """All examinations, in the order they stand above."""
    return [finding for look in EXAMINATIONS for finding in look(session)]


__all__ = ["EXAMINATIONS", "Finding", "examine"]
