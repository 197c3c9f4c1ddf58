"""The address of GraphQL: who is there, and how much was sent."""

from typing import Any

from flask import Response, current_app, request
from flask_appbuilder import BaseView, expose
from werkzeug.exceptions import RequestEntityTooLarge

from app.core.answers import Refusal
from app.core.api import body
from app.core.doors import signed_in
from app.core.words import say

#: a query and its variables; files go by the REST API
LARGEST_BODY = 512 * 1024


class GraphQl(BaseView):
    """The library takes a tenth of a second to load: it is loaded when somebody first asks, not at every start."""

    route_base = "/api/v1"
    class_permission_name = "api"

    @expose("/graphql", methods=["GET"])
    @signed_in
    def told(self) -> Response:
        from app.core.graphql.answering import printed

        return Response(printed(), mimetype="text/plain")

    @expose("/graphql", methods=["POST"])
    @signed_in
    def asked(self) -> Response:
        from app.core.graphql.answering import answered

        if (request.content_length or 0) > LARGEST_BODY:
            raise RequestEntityTooLarge()
        answer, status = answered(*_sent())
        text = current_app.json.dumps(answer, sort_keys=False)  # in the order that was asked for
        return Response(text, status, mimetype="application/json")


def _sent() -> tuple[str, dict[str, Any], str | None]:
    given = body()
    text, variables, name = given.get("query"), given.get("variables") or {}, given.get("operationName")
    if not isinstance(text, str) or not isinstance(variables, dict) or not isinstance(name, str | None):
        raise Refusal(
            say("需要 query（文本），可带 variables（对象）。", "A query (text) is needed; variables are an object.")
        )
    return text, variables, name or None
