"""The API of what colleagues have to do with each other about a record: following it, and asking about it."""

from typing import Any

from flask import jsonify, request
from flask_appbuilder import BaseView, expose

from app.core import following, gate, here
from app.core.answers import Forbidden, NotFound
from app.core.api import body
from app.core.assigning import asking, reading
from app.core.declaration import Declaration, register_of
from app.core.doors import signed_in
from app.core.rights import may
from app.extensions import db

#: the step of an address -> the verb
STEPS = {"done": "assign_done", "decline": "assign_decline", "withdraw": "assign_withdraw"}


class ColleagueApi(BaseView):
    """Only of records within one's reach; what one follows is one's own affair, so it has no version."""

    route_base = "/api/v1"
    class_permission_name = "api"

    @expose("/<table>/<int:row_id>/follow", methods=["GET", "PUT", "DELETE"])
    @signed_in
    def follow(self, table: str, row_id: int) -> Any:
        register = _register(table, "followed")
        if request.method == "GET":
            _reach(register, row_id)
            return jsonify({"id": row_id, "following": following.follows(db.session, table, row_id)})
        if request.method == "PUT":
            following.begin(db.session, register, row_id)
        else:  # also when the record is out of reach by now
            following.end(db.session, table, row_id)
        return jsonify({"id": row_id, "following": request.method == "PUT"})

    @expose("/assignments", methods=["GET"])
    @signed_in
    def mine(self) -> Any:
        """What is asked of oneself and still open."""
        return jsonify({"result": [each.as_json() for each in reading.of_me(db.session)]})

    @expose("/<table>/<int:row_id>/assignments", methods=["GET", "POST"])
    @signed_in
    def of_record(self, table: str, row_id: int) -> Any:
        register = _register(table, "assigned")
        if request.method == "POST":
            token = request.headers.get("Idempotency-Key", "")[:40] or None
            done = asking.ask(db.session, register, row_id, body(), token=token)
            return jsonify({"id": done, "result": _listed(table, row_id)}), 201
        _reach(register, row_id)
        return jsonify({"result": _listed(table, row_id)})

    @expose("/<table>/<int:row_id>/assignments/<int:assignment_id>/<any(done,decline,withdraw):step>", methods=["POST"])
    @signed_in
    def answer(self, table: str, row_id: int, assignment_id: int, step: str) -> Any:
        register = _register(table, "assigned")
        asking.answer(db.session, register, row_id, assignment_id, STEPS[step], body().get("answer"))
        return jsonify({"result": _listed(table, row_id)})

    @expose("/<table>/<int:row_id>/assignments/<int:assignment_id>/hand_on", methods=["POST"])
    @signed_in
    def hand_on(self, table: str, row_id: int, assignment_id: int) -> Any:
        register = _register(table, "assigned")
        asking.hand_on(db.session, register, row_id, assignment_id, body().get("to"))
        return jsonify({"result": _listed(table, row_id)})


def _register(table: str, has: str) -> type[Declaration]:
    register = register_of(table)
    if register is None or not getattr(register, has):
        raise NotFound()
    if not may(here.me(), "read", table):
        raise Forbidden()
    return register


def _reach(register: type[Declaration], row_id: int) -> None:
    if not gate.reachable(db.session, register.model, [row_id]):
        raise NotFound()


def _listed(table: str, row_id: int) -> list[dict[str, Any]]:
    return [each.as_json() for each in reading.of_record(db.session, table, row_id)]
