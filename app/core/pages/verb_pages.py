"""The verbs' dialogs, one row or many, and their receipts."""

import json
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request
from flask_appbuilder import expose
from werkzeug.wrappers import Response as AnyResponse

from app.core import gate, here, once
from app.core.answers import Faulty, Forbidden, NotFound, Refusal
from app.core.blockers import NotAllowed
from app.core.brief import called
from app.core.declaration import register_of
from app.core.doors import signed_in
from app.core.jobs.worker import hasten
from app.core.look import along
from app.core.pages.answering import Answering, back_address, faults_of, ids_in, labels_of
from app.core.receipts import choosing, doing, rehearsing
from app.core.receipts.choosing import Chosen, Verdicts
from app.core.receipts.doing import AT_ONCE
from app.core.receipts.looking import verdicts_with
from app.core.receipts.table import How
from app.core.runner import PATIENCE, run, would
from app.core.sent import sent_of
from app.core.verbs import Act, Verb, verb_named
from app.core.words import say
from app.extensions import db

#: rows that a verb on many takes in its one act
MOST_IN_ONE_ACT = 500


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
        """A verb on several rows: one act for a verb on many, one act a row and a receipt otherwise."""
        verb = self._verb(verb_name)
        ticked = ids_in(request.values.getlist("ids"))
        rows = choosing.chosen(db.session, type(self), verb, request.values, ticked)
        if verb.many:
            if rows.total > MOST_IN_ONE_ACT:
                raise Refusal(choosing.too_many(MOST_IN_ONE_ACT))
            return self._do(verb, rows.ids) if request.method == "POST" else self._dialog(verb, rows.ids)
        if len(rows.ids) == 1 and rows.how is How.CHOSEN:
            return self._do(verb, rows.ids, ticked=True) if request.method == "POST" else self._dialog(verb, rows.ids)
        return self._do_many(verb, rows) if request.method == "POST" else self._many_dialog(verb, rows)

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
        answer = would(db.session, verb, ids)
        with here.in_whole_sight():
            defaults = {} if verb.many else verb.defaults(self._raw(ids[0]), act)
        verdicts = choosing.verdicts(db.session, type(self), verb, list(ids)) if verb.many and len(ids) > 1 else None
        return self._page(
            verb, ids, {**{k: _typed_default(verb, k, v) for k, v in defaults.items()}, **self._asked(verb), **(given or {})},
            faults, template=verb.template if len(ids) == 1 else Verb.template,
            row=self._seen(ids[0]) if len(ids) == 1 else None, choices=answer["choices"],
            blockers=answer["blockers"] if blockers is None else blockers,
            fields=[] if len(ids) == 1 and not verb.many else [("ids", each) for each in ids],
            amounts=choosing.amounts(db.session, type(self), list(ids)) if verb.many else [],
            **({"verdicts": verdicts, "how": How.CHOSEN, "of": None} if verdicts else {}),
        )  # fmt: skip

    def _many_dialog(
        self, verb: Verb, rows: Chosen, given: Mapping[str, Any] | None = None, faults: Mapping[str, str] | None = None
    ) -> str:
        """The same for many rows: a verdict for each of the first, the parameters asked once."""
        kept = json.loads(rows.of.given) if rows.of is not None and rows.how is not How.UNDO else {}
        stands = {**kept, **self._asked(verb), **(given or {})}
        return self._page(
            verb, rows.ids, stands, faults, template=Verb.template, row=None, blockers=[], choices={},
            verdicts=self._verdicts(verb, rows, stands), how=rows.how, of=rows.of, fields=rows.fields, at_once=AT_ONCE,
            total=rows.total, said=rows.said,
        )  # fmt: skip

    def _verdicts(self, verb: Verb, rows: Chosen, given: Mapping[str, Any]) -> Verdicts:
        """With what stands in the dialog; as nobody has typed anything yet where that can't be read."""
        looked_at = rows.ids[: choosing.LOOKED_AT]
        undoes = doing.undoes_of(db.session, rows.of, rows.how, looked_at) if rows.of is not None else {}
        try:
            if given:
                return verdicts_with(db.session, type(self), verb, rows.ids, given, undoes)
        except Faulty:
            pass
        return choosing.verdicts(db.session, type(self), verb, rows.ids, undoes)

    def _page(self, verb: Verb, ids: Any, given: Mapping[str, Any], faults: Any, *, template: str, **found: Any) -> str:
        spots, row = list(verb.asks.values()), found["row"]
        return render_template(
            template, register=type(self), verb=verb, ids=ids, spots=spots, given=given, faults=faults or {},
            labels=self._chosen_labels_of(spots, given), token=once.new_token(), back=back_address(),
            called=called(type(self), row) if row is not None else "", sources=self._sources(verb, ids, found.get("total")),
            **{"total": len(ids), "said": f"{len(ids):,}", **found},
        )  # fmt: skip

    def _sources(self, verb: Verb, ids: Any, total: int | None) -> dict[str, str]:
        """Where a relation's typeahead asks, with the rows by which its rule narrows it, unless they are too many."""
        few = len(ids) <= choosing.LOOKED_AT and total in (None, len(ids))
        rows = f"&of={','.join(map(str, ids))}" if few else ""
        return {
            name: f"/{self.table()}/options/{name}?verb={verb.name}{rows if each.among else ''}"
            for name, each in verb.asks.items()
            if each.kind.widget == "relation"
        }

    def _asked(self, verb: Verb) -> dict[str, str]:
        if request.method != "GET":
            return {}
        return {name: request.args[name] for name in verb.asks if name in request.args}

    def _chosen_labels_of(self, spots: Any, given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        return {
            spot.name: labels_of(spot.kind.table, given.get(spot.name))
            for spot in spots
            if spot.kind.widget == "relation" and given.get(spot.name)
        }

    def _do(self, verb: Verb, ids: Any, *, ticked: bool = False) -> AnyResponse | str | tuple[str, int]:
        """One act. What was ticked in a list gets a receipt, one row like many."""
        given = self._params_given(verb)
        receipt = doing.One(db.session, verb, ids[0], given) if ticked else None
        try:
            outcome = run(
                db.session, verb, ids, given, also=receipt.went if receipt else None,
                version=request.form.get("version", type=int), token=request.form.get(once.FIELD),
            )  # fmt: skip
        except NotAllowed as refused:
            return self._dialog(verb, ids, given, blockers=refused.blockers), 422
        except Faulty as faulty:
            return self._dialog(verb, ids, given, faults=faults_of(faulty)), 422
        job = outcome.also.get("job")
        if job and job["state"] != "done":
            return redirect(job["link"])  # its page says how far it is, or why it ended
        done = say("已办理：{verb}。", "Done: {verb}.", verb=verb.label)
        flash(self._told_elsewhere(done, ids[0]) if back_address() and not verb.many else str(done), "success")
        if receipt and receipt.id and not back_address():
            return redirect(along(f"/receipts/{receipt.id}"))
        return redirect(self._after(verb, ids, outcome))

    def _after(self, verb: Verb, ids: Any, outcome: Any) -> str:
        shown = register_of(outcome.table)
        if back := back_address():
            return back
        if shown is not None and outcome.id and gate.reachable(db.session, shown.model, [outcome.id]):
            address = f"/{outcome.table}/{outcome.id}"
            return along(address) if outcome.table == self.table() else address
        if gate.reachable(db.session, self.model, [ids[0]]):
            return along(f"/{self.table()}/{ids[0]}")
        return f"/{self.table()}/"  # the act has taken it out of this person's sight

    def _do_many(self, verb: Verb, rows: Chosen) -> AnyResponse | str | tuple[str, int]:
        """Now, or by a job when nobody would wait for so many; the receipt says what went, what not, and why."""
        given = self._params_given(verb)
        if request.form.get("do") == "look":
            return self._looked_again(verb, rows, given)
        token = request.form.get(once.FIELD)
        try:
            rehearsal = request.form.get("do") == "rehearse"
            begin = rehearsing.begin if rehearsal else doing.begin
            batch = begin(db.session, verb, rows.ids, given, token=token, how=rows.how, of=rows.of, rest=rows.rest)
        except Faulty as faulty:
            return self._many_dialog(verb, rows, given, faults_of(faulty)), 422
        batch_id, job_id = batch.id, batch.job_id
        if job_id is not None:
            few = rehearsal and rows.total <= AT_ONCE  # of what is done at once it is told at once, too
            is_over = few and hasten(db.session, job_id, PATIENCE).is_over
            return redirect(along(f"/receipts/{batch_id}") if is_over else f"/jobs/{job_id}")
        doing.carry_out(db.session, batch_id)
        return redirect(along(f"/receipts/{batch_id}"))

    def _looked_again(self, verb: Verb, rows: Chosen, given: Mapping[str, Any]) -> str:
        """The verdicts alone, with what is typed so far."""
        return render_template(
            "receipts/verdicts.html", register=type(self), verb=verb, verdicts=self._verdicts(verb, rows, given),
            how=rows.how, of=rows.of, total=rows.total, said=rows.said, again=True,
        )  # fmt: skip

    def _params_given(self, verb: Verb) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for name, each in verb.asks.items():
            if getattr(each.kind, "many", False):
                given[name] = request.form.getlist(name)
            elif each.kind.widget == "checkbox":
                given[name] = "1" if request.form.get(name) else "0"
            elif name in request.form:
                given[name] = sent_of(each.kind, request.form, name)
        return given


def _typed_default(verb: Verb, name: str, value: Any) -> Any:
    return value if name not in verb.asks else verb.asks[name].kind.typed(value)
