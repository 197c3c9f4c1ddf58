"""The verbs' dialogs, one row or many, and their receipts."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request
from flask_appbuilder import expose
from werkzeug.wrappers import Response as AnyResponse

from app.core import gate, here, once
from app.core.answers import Conflict, Faulty, Forbidden, NotFound
from app.core.blockers import NotAllowed
from app.core.declaration import register_of
from app.core.doors import signed_in
from app.core.pages.answering import Answering, back_address, faults_of, ids_in, labels_of
from app.core.runner import run, would
from app.core.verbs import Act, Verb, verb_named
from app.core.words import say
from app.extensions import db


class VerbPages(Answering):
    """POST does, GET asks; the rules answer both."""

    @expose("/<int:row_id>/<verb_name>", methods=["GET", "POST"])
    @signed_in
    def verb(self, row_id: int, verb_name: str) -> AnyResponse | str | tuple[str, int]:
        verb = self._verb(verb_name)
        return self._do(verb, [row_id]) if request.method == "POST" else self._dialog(verb, [row_id])

    @expose("/do/<verb_name>", methods=["GET", "POST"])
    @signed_in
    def verbs(self, verb_name: str) -> AnyResponse | str | tuple[str, int]:
        """A verb on several rows: one act for a verb on many, one act a row otherwise."""
        verb = self._verb(verb_name)
        ids = ids_in(request.values.getlist("ids"))
        if not ids:
            raise NotFound(say("请先勾选要办理的记录。", "Tick the records first."))
        if request.method == "GET":
            return self._dialog(verb, ids)
        return self._do(verb, ids) if verb.many else self._do_each(verb, ids)

    def _verb(self, name: str) -> Verb:
        verb = verb_named(self.table(), name)
        if verb is None:
            raise NotFound()
        if not self._may(verb.name):
            raise Forbidden()
        return verb

    def _dialog(
        self, verb: Verb, ids: Any, given: Mapping[str, Any] | None = None, faults: Mapping[str, str] | None = None,
        blockers: Any = None,
    ) -> str:  # fmt: skip
        """The verb's page: what is asked for, what may be chosen, and every reason why not."""
        act = Act(db.session, here.me())
        if verb.many or len(ids) == 1:
            answer = would(db.session, verb, ids)
            verdicts = []
            with here.in_whole_sight():
                defaults = {} if verb.many else verb.defaults(self._raw(ids[0]), act)
        else:
            verdicts = self._verdicts(verb, ids)
            answer, defaults = {"allowed": True, "blockers": [], "choices": {}}, {}
        asked = (
            {name: request.args[name] for name in verb.asks if name in request.args} if request.method == "GET" else {}
        )
        given = {**{k: _typed_default(verb, k, v) for k, v in defaults.items()}, **asked, **(given or {})}
        spots = list(verb.asks.values())
        return render_template(
            verb.template if len(ids) == 1 else Verb.template, register=type(self), verb=verb, ids=ids, row=self._seen(ids[0]) if len(ids) == 1 else None,
            spots=spots, given=given, faults=faults or {}, labels=self._chosen_labels_of(spots, given),
            blockers=answer["blockers"] if blockers is None else blockers, choices=answer["choices"],
            verdicts=verdicts, token=once.new_token(),
        )  # fmt: skip

    def _chosen_labels_of(self, spots: Any, given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        return {
            spot.name: labels_of(spot.kind.table, given.get(spot.name))
            for spot in spots
            if spot.kind.widget == "relation" and given.get(spot.name)
        }

    def _verdicts(self, verb: Verb, ids: Any) -> list[dict[str, Any]]:
        """Before many are done: which rows would go, and why the others not."""
        verdicts = []
        for row_id in ids:
            seen = self._seen(row_id)
            verdicts.append({"row": seen, "label": self._label(seen), **would(db.session, verb, [row_id])})
        return verdicts

    def _do(self, verb: Verb, ids: Any) -> AnyResponse | str | tuple[str, int]:
        given = self._params_given(verb)
        try:
            outcome = run(
                db.session, verb, ids, given,
                version=request.form.get("version", type=int), token=request.form.get(once.FIELD),
            )  # fmt: skip
        except NotAllowed as refused:
            return self._dialog(verb, ids, given, blockers=refused.blockers), 422
        except Faulty as faulty:
            return self._dialog(verb, ids, given, faults=faults_of(faulty)), 422
        flash(str(say("已办理：{verb}。", "Done: {verb}.", verb=verb.label)), "success")
        return redirect(self._after(verb, ids, outcome))

    def _after(self, verb: Verb, ids: Any, outcome: Any) -> str:
        shown = register_of(outcome.table)
        if back := back_address():
            return back
        if shown is not None and outcome.id and gate.reachable(db.session, shown.model, [outcome.id]):
            return f"/{outcome.table}/{outcome.id}"
        if gate.reachable(db.session, self.model, [ids[0]]):
            return f"/{self.table()}/{ids[0]}"
        return f"/{self.table()}/"  # the act has taken it out of this person's sight

    def _do_each(self, verb: Verb, ids: Any) -> tuple[str, int]:
        """One act a row; a receipt says what went, what did not, and why."""
        given = self._params_given(verb)
        token = request.form.get(once.FIELD)
        receipt = [self._try_one(verb, row_id, given, token) for row_id in ids]
        went = sum(1 for each in receipt if each["done"])
        page = render_template("receipt.html", register=type(self), verb=verb, receipt=receipt, went=went)
        return page, 200 if went else 422

    def _try_one(self, verb: Verb, row_id: int, given: Mapping[str, Any], token: str | None) -> dict[str, Any]:
        line: dict[str, Any] = {"id": row_id, "label": str(row_id), "done": False, "blockers": [], "message": ""}
        try:
            line["label"] = self._label(self._seen(row_id))
            run(db.session, verb, [row_id], given, token=f"{token}.{row_id}" if token else None)
        except NotAllowed as refused:
            return {**line, "blockers": refused.blockers}
        except Faulty as faulty:
            return {**line, "message": " ".join(str(each) for each in faulty.faults.values())}
        except (NotFound, Conflict, Forbidden) as refused_too:
            return {**line, "message": str(refused_too.message)}
        return {**line, "done": True}

    def _params_given(self, verb: Verb) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for name, each in verb.asks.items():
            if getattr(each.kind, "many", False):
                given[name] = request.form.getlist(name)
            elif each.kind.widget == "checkbox":
                given[name] = "1" if request.form.get(name) else "0"
            elif name in request.form:
                given[name] = request.form[name]
        return given


def _typed_default(verb: Verb, name: str, value: Any) -> Any:
    return value if name not in verb.asks else verb.asks[name].kind.typed(value)
