"""What a form sent of one field, as text: several choices that were ticked are one text of them."""

from typing import Any

from werkzeug.datastructures import MultiDict

from app.core.kinds import Kind


def sent_of(kind: Kind, form: "MultiDict[str, str]", name: str, missing: Any = None) -> Any:
    """`missing` where the form holds nothing of the field. A list sends an empty value along, so that none is something."""
    if name not in form:
        return missing
    return ",".join(filter(None, form.getlist(name))) if kind.widget == "several" else form[name]
